-- upload: stores some chunks of a large body or result, which a call is about to refer to.
-- ARGV  1: time · 2: id · 3: number of the first one of these · 4: how many there are in all · 5: their bytes
-- returns 1, or 0 if those before are gone: then it has to be begun anew
--@ queue

local CHUNK, KEPT_MS = 65536, 600000

local id, first, total, bytes = ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4]), ARGV[5]
local upload = id .. struct.pack('>I2', total)
local uses = call('HGET', CHUNKS, id)
-- A call refers to it: this is a second run that comes late.
if uses and uses ~= '0' then return 1 end
if first > 1 and not call('ZSCORE', UPLOADS, upload) then return 0 end

local fields, number = {}, first
for at = 1, #bytes, CHUNK do
  fields[#fields + 1] = id .. struct.pack('>I2', number)
  fields[#fields + 1] = string.sub(bytes, at, at + CHUNK - 1)
  number = number + 1
end
call('HSET', CHUNKS, unpack(fields))
call('ZADD', UPLOADS, score(now + KEPT_MS), upload)
-- With the last one it is whole, and nobody refers to it yet.
if number > total then call('HSET', CHUNKS, id, 0) end
return 1
