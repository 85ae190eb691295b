-- Limits: a gate each, which is closed while the limit is used up. A gate is named by the kind and the hash of its limit.
-- Calls that find one closed wait in front of it. Whatever may have opened a gate, or has kept a call from going through
-- one that was open for it, marks it: then as many go on to be ready as there is room for. That may be more than can
-- start, never less: a gate is passed when a call is leased and not before.

-- The most calls that one script moves because of a gate.
local MOST_MOVED = 500

-- Among so many that were let go and not claimed yet, the order of their turns holds.
local MOST_OLDER = 16

local marked, unblocked = {}, {}

local function mark(gate)
  marked[#marked + 1] = gate
end

-- The limits of a call: gate, most, period of a rate (0 for others).
local function limitsOf(limits)
  local found, at = {}, 1
  while at <= #limits do
    local gate, most, period
    gate, most, period, at = unpackFrom('>c9I4I6', limits, at)
    at = select(2, readLong(limits, at))
    found[#found + 1] = { gate = gate, most = most, period = period }
  end
  return found
end

-- How many calls are through a gate: those that are leased, or that have started in this period, and when that ends.
local function throughGate(limit)
  local entry = call('HGET', GATES, limit.gate)
  if not entry then return 0 end
  if limit.period == 0 then return tonumber(entry) end
  local start, _, started = unpackFrom('>I6I6I4', entry)
  if start > now or start + limit.period <= now then return 0 end
  return started, start + limit.period
end

-- For a rate only the first delivery counts.
local function countsFor(limit, id)
  return limit.period == 0 or not call('HGET', ATTEMPTS, id)
end

-- The first limit of a call that is used up, and when that is over if it is a rate. `promised` are calls that are not
-- through yet, by gate.
local function closedGate(id, limits, promised)
  for _, limit in ipairs(limits) do
    local through, ending = throughGate(limit)
    if through + (promised and promised[limit.gate] or 0) >= limit.most and countsFor(limit, id) then
      return limit.gate, ending
    end
  end
end

-- When somebody has to look at a gate at the latest.
local function lookAt(gate, at)
  call('ZADD', OPENINGS, 'LT', score(at), gate)
end

local function goThrough(id, limits)
  for _, limit in ipairs(limits) do
    if limit.period == 0 then
      call('HINCRBY', GATES, limit.gate, 1)
    elseif countsFor(limit, id) then
      local started, ending = throughGate(limit)
      ending = ending or now + limit.period
      call('HSET', GATES, limit.gate, pack('>I6I6I4', instant(ending - limit.period), instant(ending), started + 1))
      lookAt(limit.gate, ending)
    end
  end
end

local function blockedMember(gate, priority, turn, id)
  return gate .. string.char(7 - priority) .. turn .. id
end

-- Has a call wait in front of a gate.
local function setAside(id, record, gate, ending)
  local flags, expiresAt, _, _, _, _, at = readCall(record)
  local turn = readTurn(record, flags, at)
  call('ZADD', BLOCKED, 0, blockedMember(gate, priorityOf(flags), turn, id))
  call('ZADD', DELAYED, score(expiresAt or MAX_INSTANT), id)
  if ending then lookAt(gate, ending) end
end

local function readLimits(record)
  local flags, expiresAt, _, _, _, _, at = readCall(record)
  local _, _, _, limits = readTurn(record, flags, at)
  return limits and limitsOf(limits) or {}, priorityOf(flags), expiresAt
end

-- The last one of those that have been let go before, and are first in a ready list still.
local function lastBefore(turn, priority)
  local last
  for _, id in ipairs(call('LRANGE', KEYS[READY_0 + priority], 0, MOST_OLDER - 1)) do
    local record = call('HGET', CALLS, id)
    if not record or byte(record) ~= WAITING then break end
    local flags, _, _, _, _, _, at = readCall(record)
    local theirs = has(flags, HAS_LIMITS) and readTurn(record, flags, at)
    if not theirs or theirs > turn then break end
    last = id
  end
  return last
end

-- Before the others of its priority, but behind those that were let go before it.
local function putInTurn(priority, turn, id)
  local last = lastBefore(turn, priority)
  if not last then return putBack(priority, id) end
  call('LINSERT', KEYS[READY_0 + priority], 'AFTER', last, id)
end

local function letGo(id, priority, expiresAt, turn)
  putInTurn(priority, turn, id)
  if expiresAt then call('ZADD', EXPIRING, score(expiresAt), id) end
end

-- Has a call wait until it is claimed, unless a limit is used up.
local function admit(id, record, inFront)
  local limits, priority, expiresAt = readLimits(record)
  local gate, ending = closedGate(id, limits)
  if gate then return setAside(id, record, gate, ending) end
  if inFront then putBack(priority, id) else enqueue(priority, id) end
  if expiresAt then call('ZADD', EXPIRING, score(expiresAt), id) end
end

-- Which of these calls may be leased: they go through their gates. The others are set aside, and do not use up what was
-- meant for them.
local function admitted(ids, records)
  local passing, theirs = {}, {}
  for index, id in ipairs(ids) do
    local limits = readLimits(records[index])
    local gate, ending = closedGate(id, limits)
    if gate then
      call('ZREM', EXPIRING, id)
      setAside(id, records[index], gate, ending)
      for _, limit in ipairs(limits) do if limit.gate ~= gate then mark(limit.gate) end end
    else
      goThrough(id, limits)
      passing[#passing + 1] = id
      theirs[#theirs + 1] = records[index]
    end
  end
  return passing, theirs
end

-- The call is leased no more.
local function endLease(record)
  for _, limit in ipairs((readLimits(record))) do
    if limit.period == 0 and call('HINCRBY', GATES, limit.gate, -1) <= 0 then call('HDEL', GATES, limit.gate) end
    mark(limit.gate)
  end
end

local function leaveLimits(limits, priority, turn, id)
  for _, limit in ipairs(limitsOf(limits)) do
    unblocked[#unblocked + 1] = blockedMember(limit.gate, priority, turn, id)
    mark(limit.gate)
  end
end

local function isBlocked(id, record, flags, at)
  local turn, _, _, limits = readTurn(record, flags, at)
  for _, limit in ipairs(limitsOf(limits)) do
    if call('ZSCORE', BLOCKED, blockedMember(limit.gate, priorityOf(flags), turn, id)) then return true end
  end
  return false
end

-- Lets the next one of those go on that wait for a gate. Says whether there may be another one.
local function letOneGo(gate, promised)
  local member = call('ZRANGE', BLOCKED, '[' .. gate, '(' .. gate .. '\255', 'BYLEX', 'LIMIT', 0, 1)[1]
  if not member then return false end
  local id = sub(member, -16)
  local record = call('HGET', CALLS, id)
  if not record then return call('ZREM', BLOCKED, member) == 1 end
  local limits, priority, expiresAt = readLimits(record)
  local closed, ending = closedGate(id, limits, promised)
  if closed == gate then
    if ending then lookAt(gate, ending) end
    return false
  end
  call('ZREM', BLOCKED, member)
  if closed then
    setAside(id, record, closed, ending)
  else
    call('ZREM', DELAYED, id)
    letGo(id, priority, expiresAt, sub(member, 11, 16))
    for _, limit in ipairs(limits) do promised[limit.gate] = (promised[limit.gate] or 0) + 1 end
  end
  return true
end

local function openGates()
  if #unblocked > 0 then call('ZREM', BLOCKED, unpack(unblocked)) end
  local gates, promised = marked, {}
  marked, unblocked = {}, {}
  local moved = 0
  for _, gate in ipairs(gates) do
    while moved < MOST_MOVED and letOneGo(gate, promised) do moved = moved + 1 end
    if moved == MOST_MOVED then lookAt(gate, now) end
  end
end

-- Marks the gates that somebody has to look at now.
local function openDue(gates)
  call('ZREM', OPENINGS, unpack(gates))
  for _, gate in ipairs(gates) do
    local entry = sub(gate, 1, 1) == 'r' and call('HGET', GATES, gate)
    if entry and select(2, unpackFrom('>I6I6I4', entry)) <= now then call('HDEL', GATES, gate) end
    mark(gate)
  end
end
