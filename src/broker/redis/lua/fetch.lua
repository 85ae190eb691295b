#!lua flags=allow-oom
-- fetch: reads calls, and has the outcomes of those that are not final pushed to an inbox.
-- ARGV  1: time · 2: inbox, or nothing · 3: packed ids
-- returns a view of each (id, state, flags, attempt, failures, acceptedAt, settledAt or dueAt, reason, result), for as many
--         as fit into one answer; state is "-" for an unknown call, and "s", "r", "p" or "l" for one that is scheduled, ready, parked or
--         leased
--@ queue
--@ records
--@ gates
--@ lanes

local MOST_BYTES = 1048576

local inbox, blob = ARGV[2], ARGV[3]
local NEVER = pack('>I6', 0)

-- The view of a call that has no outcome.
local function packView(id, state, known, acceptedAt, dueAt)
  local numbers = pack('>c1I2I4I2', state, 0, known.attempt, known.failures)
  return id .. numbers .. acceptedAt .. dueAt .. string.char(0) .. packText(known.failure)
end

local function redirect(id, record)
  local flags, expiresAt, _, _, earlier = readCall(record)
  if inbox == '' or earlier == inbox then return end
  local inboxAt = 18 + (expiresAt and 6 or 0) + (has(flags, HAS_TURN) and 12 or 0)
  local restAt = inboxAt + (earlier and 1 + #earlier or 0)
  local head = 'w' .. pack('>I2', bit.bor(flags, HAS_INBOX)) .. sub(record, 4, inboxAt - 1)
  call('HSET', CALLS, id, head .. string.char(#inbox) .. inbox .. sub(record, restAt))
end

-- The state of a call that is not ready, and until when it waits if it is for a time.
local function waitState(id, record, dueScore)
  if call('ZSCORE', PARKED, id) then return 'p', NEVER end
  local flags, _, _, _, _, _, at = readCall(record)
  local waitsForOthers = has(flags, HAS_LANE) and not isFirst(id, record, flags, at)
    or has(flags, HAS_LIMITS) and isBlocked(id, record, flags, at)
  return 's', waitsForOthers and NEVER or pack('>I6', dueScore)
end

local function viewWaiting(id, record)
  local known = readAttempts(call('HGET', ATTEMPTS, id))
  redirect(id, record)
  local state, dueAt = 'r', NEVER
  if call('ZSCORE', LEASES, id) then
    state = 'l'
  else
    local dueScore = call('ZSCORE', DELAYED, id)
    if dueScore then state, dueAt = waitState(id, record, dueScore) end
  end
  return packView(id, state, known, sub(record, 4, 9), dueAt)
end

local function view(id)
  local record = call('HGET', CALLS, id)
  if not record then return packView(id, '-', readAttempts(), NEVER, NEVER) end
  if byte(record) == WAITING then return viewWaiting(id, record) end
  local _, _, _, ending = readOutcome(record)
  return id .. viewOf(record, ending)
end

local answer, bytes = {}, 0
for at = 1, #blob, 16 do
  if bytes > MOST_BYTES then break end
  local text = view(sub(blob, at, at + 15))
  bytes = bytes + #text
  answer[#answer + 1] = text
end
return table.concat(answer)
