#!lua flags=allow-oom
-- adopt: takes express calls into the queue that a worker has, as leased, so that they can be settled as others are.
-- ARGV  1: time · 2: lease in ms · 3: packed calls: id, size of the record, record
--@ queue
--@ records

local leaseEnd, blob = score(now + tonumber(ARGV[2])), ARGV[3]
local ids, records = {}, {}
local at = 1
while at <= #blob do ids[#ids + 1], records[#records + 1], at = unpackFrom('>c16I4c0', blob, at) end

local calls, attempts, leases, bytes = {}, {}, {}, 0
local first = packFirstAttempt('')
for index, record in ipairs(call('HMGET', CALLS, unpack(ids))) do
  -- One that is there was adopted before: the answer was lost.
  if not record then
    local flags, _, _, _, _, _, restAt = readCall(records[index])
    bytes = bytes + bodySize(records[index], flags, restAt)
    calls[#calls + 1], attempts[#attempts + 1], leases[#leases + 1] = ids[index], ids[index], leaseEnd
    calls[#calls + 1], attempts[#attempts + 1], leases[#leases + 1] = records[index], first, ids[index]
  end
end
if #calls > 0 then
  call('HSET', CALLS, unpack(calls))
  call('HSET', ATTEMPTS, unpack(attempts))
  call('ZADD', LEASES, unpack(leases))
  count('bytes', bytes)
end
return #calls
