-- Leases ready calls, highest priority first, then oldest.

-- The most calls and bytes of one answer. Where there are large calls, of up to 64 KiB, few are read at a time.
local MOST, MOST_LARGE, MOST_BYTES = 250, 16, 1048576

-- The most entries without a call that one script throws away: others want their turn.
local MOST_SKIPPED = 5000

-- Which of these entries of a ready list are calls that wait to be claimed. The others have ended since, or have
-- been sent again since, and stand somewhere else.
local function stillReady(ids, records)
  local leased, delayed = call('ZMSCORE', LEASES, unpack(ids)), call('ZMSCORE', DELAYED, unpack(ids))
  local seen, waiting, theirs = {}, {}, {}
  for index, id in ipairs(ids) do
    local record = records[index]
    local waits = record and byte(record) == WAITING and not leased[index] and not delayed[index]
    if waits and not seen[id] then
      seen[id] = true
      waiting[#waiting + 1] = id
      theirs[#theirs + 1] = record
    end
  end
  return waiting, theirs
end

-- Without the calls that a limit keeps from starting, which are set aside.
local function withinLimits(ids, records)
  for _, record in ipairs(records) do
    -- The upper byte of the flags. Calls without limits are not even read.
    if byte(record, 2) >= HAS_LIMITS / 256 then return turnsOf().admitted(ids, records) end
  end
  return ids, records
end

-- Leases these calls; returns their size in bytes.
local function leaseAll(ids, records, leaseEnd, consumer, answer)
  local entries = call('HMGET', ATTEMPTS, unpack(ids))
  local first = packFirstAttempt(consumer)
  local leases, attempts, bytes = {}, {}, 0
  for index = 1, #ids do
    local id, record, entry = ids[index], records[index], entries[index]
    local numbers, newest = FIRST, first
    if entry then
      local known = readAttempts(entry)
      known.attempt, known.consumer = known.attempt + 1, consumer
      numbers, newest = pack('>I4I2', known.attempt, known.failures), packAttempts(known)
    end
    leases[2 * index - 1], leases[2 * index] = leaseEnd, id
    attempts[2 * index - 1], attempts[2 * index] = id, newest
    deliver(answer, id, numbers, record)
    bytes = bytes + #record
  end
  call('HSET', ATTEMPTS, unpack(attempts))
  call('ZADD', LEASES, unpack(leases))
  call('ZREM', EXPIRING, unpack(ids))
  return bytes
end

-- Returns the packed deliveries, their number, and whether there may be more to lease than the answer can hold.
local function leaseReady(limit, leaseMs, consumer)
  local gone, large = unpack(call('HMGET', META, 'gone', 'large'))
  local mayHaveGone = tonumber(gone or 0) > 0
  local answer, taken, bytes, skipped, held = {}, 0, 0, 0, 0
  local most, leaseEnd = math.min(limit, MOST), score(now + leaseMs)
  while taken < most and bytes < MOST_BYTES and skipped + held < MOST_SKIPPED do
    local popped = call('LMPOP', 8, KEYS[17], KEYS[16], KEYS[15], KEYS[14], KEYS[13], KEYS[12], KEYS[11], KEYS[10],
      'LEFT', 'COUNT', math.min(most - taken, large and MOST_LARGE or MOST))
    if not popped then break end
    local ids = popped[2]
    local entries = #ids
    local records = call('HMGET', CALLS, unpack(ids))
    if mayHaveGone then ids, records = stillReady(ids, records) end
    skipped = skipped + entries - #ids
    local free, theirs = withinLimits(ids, records)
    if #free > 0 then
      bytes = bytes + leaseAll(free, theirs, leaseEnd, consumer, answer)
      taken = taken + #free
    end
    if #free < #ids then
      held = held + #ids - #free
      turns.settle()
      flushReady()
    end
  end
  if skipped > 0 then count('gone', -skipped) end
  local isMore = taken < limit and (taken == MOST or bytes >= MOST_BYTES or skipped + held >= MOST_SKIPPED)
  return table.concat(answer), taken, isMore
end
