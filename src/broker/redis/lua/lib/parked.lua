-- Leases parked calls to a worker that understands them. What a call needs is a number: a minor version, times 2^40, and
-- 40 bits of a hash of the contract. Should another contract have the same bits, its worker parks the call again.

local HASHES = 2 ^ 40

-- Up to so many calls that need this minor version or a lower one, or a higher one of the same contract.
local function understood(most, minor, hash)
  local from = string.format('%.0f', (minor + 1) * HASHES)
  local ids = call('ZRANGEBYSCORE', PARKED, '-inf', '(' .. from, 'LIMIT', 0, most)
  while #ids < most do
    local needs = call('ZRANGEBYSCORE', PARKED, from, '+inf', 'WITHSCORES', 'LIMIT', 0, 1)[2]
    if not needs then break end
    if tonumber(needs) % HASHES == hash then
      local theirs = call('ZRANGEBYSCORE', PARKED, needs, needs, 'LIMIT', 0, most - #ids)
      for _, id in ipairs(theirs) do ids[#ids + 1] = id end
    end
    from = '(' .. string.format('%.0f', needs)
  end
  return ids
end

-- `understands`: a minor version, a space, 40 bits of a hash. Returns the same as `leaseReady`.
local function leaseParked(limit, leaseMs, consumer, understands)
  local minor, hash = string.match(understands, '^(%d+) (%d+)$')
  local large = call('HGET', META, 'large')
  local answer, taken, bytes, looked = {}, 0, 0, 0
  local most, leaseEnd = math.min(limit, MOST), score(now + leaseMs)
  while taken < most and bytes < MOST_BYTES and looked < MOST_SKIPPED do
    local ids = understood(math.min(most - taken, large and MOST_LARGE or MOST), tonumber(minor), tonumber(hash))
    if #ids == 0 then break end
    looked = looked + #ids
    call('ZREM', PARKED, unpack(ids))
    call('ZREM', DELAYED, unpack(ids))
    local free, theirs = withinLimits(ids, call('HMGET', CALLS, unpack(ids)))
    if #free > 0 then
      bytes = bytes + leaseAll(free, theirs, leaseEnd, consumer, answer)
      taken = taken + #free
    end
  end
  if turns then turns.settle() end
  flushReady()
  local isMore = taken < limit and (taken == MOST or bytes >= MOST_BYTES or looked >= MOST_SKIPPED)
  return table.concat(answer), taken, isMore
end
