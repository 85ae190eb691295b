-- Waiting calls whose time has come become ready or expire.

-- The most calls that one pass moves, so that a flood of due calls holds nobody up for long.
local PASS = 500

local function dueOf(key)
  return call('ZRANGEBYSCORE', key, '-inf', now, 'LIMIT', 0, PASS)
end

local function expire(ids, records)
  local attempts = call('HMGET', ATTEMPTS, unpack(ids))
  for index, id in ipairs(ids) do
    finish(id, records[index], 'e', attempts[index], NO_REASON, NO_TEXT)
  end
end

-- Ends the delays that are over. Says how many calls became ready, how many expired, and whether there may be more.
local function promoteDue()
  local ids = dueOf(DELAYED)
  if #ids == 0 then return 0, 0, false end
  local records = call('HMGET', CALLS, unpack(ids))
  local lateIds, lateRecords, expiring = {}, {}, {}
  call('ZREM', DELAYED, unpack(ids))
  for index, id in ipairs(ids) do
    local flags, expiresAt = readCall(records[index])
    if expiresAt and expiresAt <= now then
      lateIds[#lateIds + 1] = id
      lateRecords[#lateRecords + 1] = records[index]
    elseif has(flags, HAS_LIMITS) then
      turnsOf().admit(id, records[index], false)
    else
      enqueue(priorityOf(flags), id)
      if expiresAt then
        expiring[#expiring + 1] = score(expiresAt)
        expiring[#expiring + 1] = id
      end
    end
  end
  if #expiring > 0 then call('ZADD', EXPIRING, unpack(expiring)) end
  if #lateIds > 0 then
    call('ZREM', PARKED, unpack(lateIds))
    expire(lateIds, lateRecords)
  end
  return #ids - #lateIds, #lateIds, #ids == PASS
end

-- Ends the ready calls that nobody has started in time. Their entries in the ready lists are skipped by claims.
local function expireDue()
  local ids = dueOf(EXPIRING)
  if #ids == 0 then return 0, false end
  expire(ids, call('HMGET', CALLS, unpack(ids)))
  call('ZREM', EXPIRING, unpack(ids))
  count('gone', #ids)
  return #ids, #ids == PASS
end

-- Looks at the limits of which calls may be used up no more. Says whether there may be more.
local function openDue()
  local gates = dueOf(OPENINGS)
  if #gates > 0 then turnsOf().openDue(gates) end
  return #gates == PASS
end
