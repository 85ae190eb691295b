#!lua flags=no-writes,allow-oom
-- download: chunks of large bodies and results.
-- ARGV  1: time · 2: packed names of chunks: id, number
-- returns the bytes of each, none for one that is gone
--@ queue

local blob, fields = ARGV[2], {}
for at = 1, #blob, 18 do fields[#fields + 1] = string.sub(blob, at, at + 17) end
local answer = call('HMGET', CHUNKS, unpack(fields))
for index = 1, #fields do answer[index] = answer[index] or '' end
return answer
