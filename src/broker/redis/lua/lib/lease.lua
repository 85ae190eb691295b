-- Leases ready calls, highest priority first, then oldest.

-- The most calls and bytes of one answer. Large calls are read a few at a time: Lua holds them all meanwhile.
local MOST, MOST_BYTES, FEW_LARGE = 250, 1048576, 8

local function packDelivery(id, known, record)
  return struct.pack('>c16I4I2I4', id, known.attempt, known.failures, #record) .. record
end

-- Which of these entries of a ready list are calls that wait to be claimed. The others have ended since, or have
-- been sent again since, and stand somewhere else.
local function stillReady(ids, records, gone)
  local leased, delayed = {}, {}
  if gone > 0 then
    leased, delayed = redis.call('ZMSCORE', LEASES, unpack(ids)), redis.call('ZMSCORE', DELAYED, unpack(ids))
  end
  local seen, valid = {}, {}
  for index, id in ipairs(ids) do
    local record = records[index]
    local waits = record and string.byte(record) == 119 and not leased[index] and not delayed[index]
    if waits and not seen[id] then
      seen[id] = true
      valid[#valid + 1] = index
    end
  end
  return valid
end

-- Returns the packed deliveries, their number, and whether there may be more to lease than the answer can hold.
local function leaseReady(limit, leaseMs, consumer)
  local gone, large = unpack(redis.call('HMGET', META, 'gone', 'large'))
  gone = tonumber(gone or 0)
  local answer, taken, bytes, skipped = {}, 0, 0, 0
  local most = math.min(limit, MOST)
  local isMore = false
  while taken < most and bytes < MOST_BYTES do
    local popped = redis.call('LMPOP', 8, KEYS[17], KEYS[16], KEYS[15], KEYS[14], KEYS[13], KEYS[12], KEYS[11], KEYS[10],
      'LEFT', 'COUNT', large and math.min(most - taken, FEW_LARGE) or most - taken)
    if not popped then break end
    local ids = popped[2]
    local records = redis.call('HMGET', CALLS, unpack(ids))
    local valid = stillReady(ids, records, gone)
    skipped = skipped + #ids - #valid
    if #valid > 0 then
      local entries = redis.call('HMGET', ATTEMPTS, unpack(ids))
      local leases, attempts, leased = {}, {}, {}
      for _, index in ipairs(valid) do
        local id, record = ids[index], records[index]
        local known = readAttempts(entries[index])
        known.attempt, known.consumer = known.attempt + 1, consumer
        leased[#leased + 1] = id
        leases[#leases + 1] = instant(now + leaseMs)
        leases[#leases + 1] = id
        attempts[#attempts + 1] = id
        attempts[#attempts + 1] = packAttempts(known)
        answer[#answer + 1] = packDelivery(id, known, record)
        bytes = bytes + #record
      end
      redis.call('HSET', ATTEMPTS, unpack(attempts))
      redis.call('ZADD', LEASES, unpack(leases))
      redis.call('ZREM', EXPIRING, unpack(leased))
      taken = taken + #leased
    end
  end
  if skipped > 0 then count('gone', -skipped) end
  if taken < limit and (taken == MOST or bytes >= MOST_BYTES) then isMore = true end
  return table.concat(answer), taken, isMore
end
