#!lua flags=no-writes,allow-oom
-- find-dead-letters: what is known of some dead letters.
-- ARGV  1: time · 2: packed ids
-- returns for each its position · its view (see fetch) · its history and the call as it was sent, all empty for what is no
--         dead letter; as many as fit into one answer
--@ queue
--@ records
--@ letters

local MOST_BYTES = 1048576

local blob = ARGV[2]
local answer, bytes = {}, 0
for at = 1, #blob, 16 do
  if bytes > MOST_BYTES then break end
  local id = sub(blob, at, at + 15)
  local position = call('ZSCORE', DEAD, id)
  if position then
    bytes = bytes + tellLetter(answer, id, position)
  else
    for _ = 1, 3 do answer[#answer + 1] = '' end
  end
end
return answer
