#!lua flags=no-writes,allow-oom
-- counts: the numbers of a queue.
-- ARGV  1: time
-- returns scheduled · ready · parked · leased · answered · dead · cancelled · expired
--@ queue

local numbers = call('HMGET', META, 'a', 'c', 'e', 'gone')
local function number(index) return tonumber(numbers[index] or 0) end

local ready = -number(4)
for index = READY_0, READY_7 do ready = ready + call('LLEN', KEYS[index]) end
local parked = call('ZCARD', PARKED)
return {
  call('ZCARD', DELAYED) - parked, ready, parked, call('ZCARD', LEASES),
  number(1), call('ZCARD', DEAD), number(2), number(3),
}
