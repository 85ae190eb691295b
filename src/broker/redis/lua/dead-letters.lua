#!lua flags=no-writes,allow-oom
-- dead-letters: the dead letters of a queue, newest first.
-- ARGV  1: time · 2: how many to leave out · 3: most
-- returns for each its view (see fetch) · its history and the call as it was sent; as many as fit into one answer
--@ queue
--@ records

local MOST_BYTES = 1048576

local answer, bytes = {}, 0
local first = tonumber(ARGV[2])
for _, id in ipairs(call('ZREVRANGE', DEAD, first, first + tonumber(ARGV[3]) - 1)) do
  if bytes > MOST_BYTES then break end
  local record = call('HGET', CALLS, id)
  local state, _, _, ending, restAt = readOutcome(record)
  bytes = bytes + #record
  -- It is a dead letter because it is in this list, whatever is left of its record.
  answer[#answer + 1] = id .. (state == 'e' and 'e' or 'd') .. sub(viewOf(record, ending), 2)
  answer[#answer + 1] = sub(record, restAt)
end
return answer
