#!lua flags=no-writes,allow-oom
-- peek: calls that wait or run. See waiting-ids for which there are.
-- ARGV  1: time · 2: packed ids
-- returns for each its view (see fetch) · the call as it was sent, both empty for what neither waits nor runs; as many as
--         fit into one answer
--@ queue
--@ records
--@ gates
--@ lanes
--@ views

local MOST_BYTES = 1048576

local blob = ARGV[2]
local answer, bytes = {}, 0
for at = 1, #blob, 16 do
  if bytes > MOST_BYTES then break end
  local id = sub(blob, at, at + 15)
  local record = call('HGET', CALLS, id)
  local isWaiting = record and byte(record) == WAITING
  answer[#answer + 1] = isWaiting and viewWaiting(id, record) or ''
  answer[#answer + 1] = isWaiting and record or ''
  bytes = bytes + #answer[#answer]
end
return answer
