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
--@ views

local MOST_BYTES = 1048576

local inbox, blob = ARGV[2], ARGV[3]
local function redirect(id, record)
  local flags, expiresAt, _, _, earlier = readCall(record)
  if inbox == '' or earlier == inbox then return end
  local inboxAt = 18 + (expiresAt and 6 or 0) + (has(flags, HAS_TURN) and 12 or 0)
  local restAt = inboxAt + (earlier and 1 + #earlier or 0)
  local head = 'w' .. pack('>I2', bit.bor(flags, HAS_INBOX)) .. sub(record, 4, inboxAt - 1)
  call('HSET', CALLS, id, head .. string.char(#inbox) .. inbox .. sub(record, restAt))
end

local function view(id)
  local record = call('HGET', CALLS, id)
  if not record then return packView(id, '-', readAttempts(), NEVER, NEVER) end
  if byte(record) == WAITING then
    redirect(id, record)
    return viewWaiting(id, record)
  end
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
