#!lua flags=no-writes,allow-oom
-- dead-letters: the dead letters of a queue, newest first.
-- ARGV  1: time · 2: the position before which they are, "+inf" for all · 3: most
-- returns for each its position · its view (see fetch) · its history and the call as it was sent; as many as fit into one
--         answer
--@ queue
--@ records
--@ letters

local MOST_BYTES = 1048576

local answer, bytes = {}, 0
local found = call('ZRANGE', DEAD, '(' .. ARGV[2], '-inf', 'BYSCORE', 'REV', 'LIMIT', 0, ARGV[3], 'WITHSCORES')
for index = 1, #found, 2 do
  if bytes > MOST_BYTES then break end
  bytes = bytes + tellLetter(answer, found[index], found[index + 1])
end
return answer
