-- Has calls wait again that were leased: collects them, and writes them at once. Before anything looks at what is due,
-- because some of them are.

local kept, delayed, expiring = {}, {}, {}

-- After a delay in ms, or at once and before the others.
local function waitAgain(id, record, known, delay)
  local flags, expiresAt = readCall(record)
  known.consumer = ''
  kept[#kept + 1] = id
  kept[#kept + 1] = packAttempts(known)
  if delay > 0 then
    local dueAt = instant(now + delay)
    delayed[#delayed + 1] = score(math.min(dueAt, expiresAt or dueAt))
    delayed[#delayed + 1] = id
    return
  end
  if has(flags, HAS_LIMITS) then return turnsOf().admit(id, record, true) end
  putBack(priorityOf(flags), id)
  if expiresAt then
    expiring[#expiring + 1] = score(expiresAt)
    expiring[#expiring + 1] = id
  end
end

-- Until somebody comes who understands it.
local function park(id, record, known, needs)
  local _, expiresAt = readCall(record)
  known.consumer = ''
  kept[#kept + 1] = id
  kept[#kept + 1] = packAttempts(known)
  delayed[#delayed + 1] = score(expiresAt or MAX_INSTANT)
  delayed[#delayed + 1] = id
  call('ZADD', PARKED, needs, id)
end

local function flushWaiting()
  if #kept > 0 then call('HSET', ATTEMPTS, unpack(kept)) end
  if #delayed > 0 then call('ZADD', DELAYED, unpack(delayed)) end
  if #expiring > 0 then call('ZADD', EXPIRING, unpack(expiring)) end
  kept, delayed, expiring = {}, {}, {}
end
