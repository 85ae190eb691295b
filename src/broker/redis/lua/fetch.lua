#!lua flags=allow-oom
-- fetch: reads calls, and has the outcomes of those that are not final pushed to an inbox.
-- ARGV  1: time · 2: inbox, or nothing · 3: packed ids
-- returns a view of each (id, state, flags, attempt, acceptedAt, settledAt, reason, result), for as many as fit into one
--         answer; state is "-" for an unknown call, and "s", "r" or "l" for one that is scheduled, ready or leased
--@ queue
--@ records

local MOST_BYTES = 1048576

local inbox, blob = ARGV[2], ARGV[3]
local NEVER = pack('>I6', 0)

-- The view of a call that has no outcome.
local function packView(id, state, attempt, acceptedAt, failure)
  return id .. pack('>c1BI4', state, 0, attempt) .. acceptedAt .. NEVER .. string.char(0) .. packText(failure)
end

local function redirect(id, record)
  local flags, expiresAt, _, _, earlier = readCall(record)
  if inbox == '' or earlier == inbox then return end
  local inboxAt = 17 + (expiresAt and 6 or 0)
  local restAt = inboxAt + (earlier and 1 + #earlier or 0)
  local head = 'w' .. string.char(bit.bor(flags, HAS_INBOX)) .. sub(record, 3, inboxAt - 1)
  call('HSET', CALLS, id, head .. string.char(#inbox) .. inbox .. sub(record, restAt))
end

local function viewWaiting(id, record)
  local known = readAttempts(call('HGET', ATTEMPTS, id))
  redirect(id, record)
  local state = 'r'
  if call('ZSCORE', LEASES, id) then
    state = 'l'
  elseif call('ZSCORE', DELAYED, id) then
    state = 's'
  end
  return packView(id, state, known.attempt, sub(record, 3, 8), known.failure ~= '' and known.failure)
end

local function view(id)
  local record = call('HGET', CALLS, id)
  if not record then return packView(id, '-', 0, NEVER) end
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
