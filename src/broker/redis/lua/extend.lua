#!lua flags=allow-oom
-- extend: makes leases last longer, and passes on that a caller wants an end.
-- ARGV  1: time · 2: lease in ms · 3: packed attempts: id, attempt
-- returns for each "o" ok | "s" stale | "c" cancelled
--@ queue
--@ records
--@ clock

local leaseEnd, blob = score(now + tonumber(ARGV[2])), ARGV[3]
local ids, numbers = {}, {}
for at = 1, #blob, 20 do
  local id, number = unpackFrom('>c16I4', blob, at)
  ids[#ids + 1] = id
  numbers[#numbers + 1] = number
end

witness()
local entries = call('HMGET', ATTEMPTS, unpack(ids))
local leases = call('ZMSCORE', LEASES, unpack(ids))
local statuses, extended = {}, {}
for index, id in ipairs(ids) do
  local known = readAttempts(entries[index])
  if leases[index] and known.attempt == numbers[index] then
    extended[#extended + 1] = leaseEnd
    extended[#extended + 1] = id
    statuses[index] = known.cancel == 1 and 'c' or 'o'
  else
    statuses[index] = 's'
  end
end
if #extended > 0 then call('ZADD', LEASES, unpack(extended)) end
return table.concat(statuses)
