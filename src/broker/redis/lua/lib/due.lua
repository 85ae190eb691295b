-- Waiting calls whose time has come become ready or expire.

-- The most calls that one pass moves, so that a flood of due calls holds nobody up for long.
local PASS = 500

local function dueOf(key)
  return redis.call('ZRANGEBYSCORE', key, '-inf', now, 'LIMIT', 0, PASS)
end

local function expire(ids, records)
  local attempts = redis.call('HMGET', ATTEMPTS, unpack(ids))
  for index, id in ipairs(ids) do
    finish(id, records[index], 'e', readAttempts(attempts[index]).attempt, 0)
  end
end

-- Ends the delays that are over. Says how many calls became ready, how many expired, and whether there may be more.
local function promoteDue()
  local ids = dueOf(DELAYED)
  if #ids == 0 then return 0, 0, false end
  local records = redis.call('HMGET', CALLS, unpack(ids))
  local lateIds, lateRecords, expiring = {}, {}, {}
  for index, id in ipairs(ids) do
    local call = readCall(records[index])
    if call.expiresAt and call.expiresAt <= now then
      lateIds[#lateIds + 1] = id
      lateRecords[#lateRecords + 1] = records[index]
    else
      enqueue(priorityOf(call.flags), id)
      if call.expiresAt then
        expiring[#expiring + 1] = call.expiresAt
        expiring[#expiring + 1] = id
      end
    end
  end
  redis.call('ZREM', DELAYED, unpack(ids))
  if #expiring > 0 then redis.call('ZADD', EXPIRING, unpack(expiring)) end
  if #lateIds > 0 then expire(lateIds, lateRecords) end
  return #ids - #lateIds, #lateIds, #ids == PASS
end

-- Ends the ready calls that nobody has started in time. Their entries in the ready lists are skipped by claims.
local function expireDue()
  local ids = dueOf(EXPIRING)
  if #ids == 0 then return 0, false end
  expire(ids, redis.call('HMGET', CALLS, unpack(ids)))
  redis.call('ZREM', EXPIRING, unpack(ids))
  count('gone', #ids)
  return #ids, #ids == PASS
end
