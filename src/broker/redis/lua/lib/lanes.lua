-- Lanes: the first call of each may run. The others are among the scheduled ones until it has its outcome.

local left, freed = {}, {}

local function firstOf(lane)
  return call('ZRANGE', LANES, '[' .. lane, '(' .. lane .. '\255', 'BYLEX', 'LIMIT', 0, 1)[1]
end

-- Whether no call of its lane is before this one.
local function isFirst(id, record, flags, at)
  local turn, _, lane = readTurn(record, flags, at)
  return firstOf(lane) == lane .. turn .. id
end

-- Puts a call at the end of its lane. Says whether it may run.
local function hold(id, record)
  local flags, _, _, _, _, _, at = readCall(record)
  local turn, _, lane = readTurn(record, flags, at)
  local member = lane .. turn .. id
  call('ZADD', LANES, 0, member)
  return firstOf(lane) == member
end

-- The members go later, all together: of several calls of a lane that end at once only the first one frees it.
local function leaveLane(lane, turn, id)
  local member = lane .. turn .. id
  if firstOf(lane) == member then freed[#freed + 1] = lane end
  left[#left + 1] = member
end

-- The call is the first one of its lane now. One that has expired meanwhile is left to who ends such calls.
local function letRun(id)
  local record = call('HGET', CALLS, id)
  if not record then return end
  local flags, expiresAt, _, _, _, _, at = readCall(record)
  local _, notBefore = readTurn(record, flags, at)
  if expiresAt and expiresAt <= now then return end
  if notBefore > now then
    call('ZADD', DELAYED, score(math.min(notBefore, expiresAt or notBefore)), id)
  else
    call('ZREM', DELAYED, id)
    admit(id, record, false)
  end
end

local function freeLanes()
  if #left == 0 then return end
  call('ZREM', LANES, unpack(left))
  local lanes = freed
  left, freed = {}, {}
  for _, lane in ipairs(lanes) do
    local first = firstOf(lane)
    if first then letRun(sub(first, -16)) end
  end
end
