#!lua
-- send: puts calls into their queue, unless their id is there already. While nothing is ready, calls go straight to
-- consumers with credits: leased, and pushed.
-- ARGV  1: time · 2: "1" if this may have run before · 3: packed calls: id, "w" and flags, delay in ms, time to
--       wait in ms (0 without EXPIRES), rest of the record
-- returns for each call "a" accepted | "d" duplicate | "c" conflict
--@ queue
--@ records
--@ outcomes
--@ ready
--@ lease

local LARGE = 65536
-- Larger calls are not pushed: see outcomes.lua.
local MAX_HANDED_OVER = 16384

local isAgain, blob = ARGV[2] == '1', ARGV[3]

local ids, calls, at = {}, {}, 1
while at <= #blob do
  local call, id = {}, nil
  id, call.head, call.delay, call.wait, call.rest, at = struct.unpack('>c16c2I6I6I4c0', blob, at)
  ids[#ids + 1] = id
  calls[#calls + 1] = call
end

local accepted = struct.pack('>I6', now)
local function recordOf(call)
  local flags = string.byte(call.head, 2)
  call.priority = priorityOf(flags)
  if not has(flags, EXPIRES) then return call.head .. accepted .. call.rest end
  call.expiresAt = instant(now + call.wait)
  return call.head .. accepted .. struct.pack('>I6', call.expiresAt) .. call.rest
end

-- A key whose call came to nothing may be used again. Attempts go on counting: they are fencing tokens.
local revived = {}
local function revive(id, outcome)
  revived[id] = { attempt = outcome.attempt, failures = 0, releases = outcome.attempt, cancel = 0, consumer = '', failure = '' }
  if outcome.state == 'd' then
    redis.call('ZREM', DEAD, id)
  else
    redis.call('ZREM', KEPT, id)
    count(outcome.state, -1)
  end
end

local function statusOf(id, record, call)
  local isWaiting = string.byte(record) == 119
  local earlier = isWaiting and readCall(record) or readOutcome(record)
  local digest = has(string.byte(call.head, 2), HAS_DIGEST) and readCall(recordOf(call)).digest or nil
  if earlier.digest ~= digest then return 'c' end
  -- Nobody else makes ids without a key: this is the first run, whose answer was lost.
  if not digest then return isAgain and 'a' or 'd' end
  if isWaiting or earlier.state == 'a' then return 'd' end
  revive(id, earlier)
  return 'a'
end

local statuses, records, fresh, writes = {}, {}, {}, {}
local known = redis.call('HMGET', CALLS, unpack(ids))
for index, id in ipairs(ids) do
  local call = calls[index]
  local record = fresh[id] or known[index]
  local status = record and statusOf(id, record, call) or 'a'
  statuses[index] = status
  if status == 'a' and (not record or revived[id] and not fresh[id]) then
    records[index] = recordOf(call)
    fresh[id] = records[index]
    writes[#writes + 1] = id
    writes[#writes + 1] = records[index]
    if #call.rest > LARGE then redis.call('HSET', META, 'large', 1) end
  end
end
if #writes == 0 then return table.concat(statuses) end
redis.call('HSET', CALLS, unpack(writes))

local scheduled, expiring, attempts, candidates = {}, {}, {}, {}
for index, id in ipairs(ids) do
  if records[index] then
    local call = calls[index]
    if revived[id] then
      attempts[#attempts + 1] = id
      attempts[#attempts + 1] = packAttempts(revived[id])
    end
    if call.delay > 0 then
      local dueAt = instant(now + call.delay)
      scheduled[#scheduled + 1] = math.min(dueAt, call.expiresAt or dueAt)
      scheduled[#scheduled + 1] = id
    else
      candidates[#candidates + 1] = index
    end
  end
end
if #scheduled > 0 then redis.call('ZADD', DELAYED, unpack(scheduled)) end
if #attempts > 0 then redis.call('HSET', ATTEMPTS, unpack(attempts)) end

-- Which of the candidates go to which consumer: the most urgent ones first.
local function offer()
  local offers, order = {}, {}
  if #candidates == 0 or redis.call('LLEN', CREDITS) == 0 then return offers, order end
  if redis.call('EXISTS', unpack(KEYS, READY_0, READY_7)) > 0 then return offers, order end
  local small = {}
  for priority = 7, 0, -1 do
    for _, index in ipairs(candidates) do
      local call = calls[index]
      if call.priority == priority and #call.rest <= MAX_HANDED_OVER then small[#small + 1] = index end
    end
  end
  if #small == 0 then return offers, order end
  local credits = redis.call('LPOP', CREDITS, #small)
  for place, consumer in ipairs(credits) do
    if not offers[consumer] then
      offers[consumer] = {}
      order[#order + 1] = consumer
    end
    table.insert(offers[consumer], small[place])
  end
  return offers, order
end

local function handOver(consumer, indexes)
  local leaseMs = tonumber(string.match(consumer, '^%w+'), 36)
  local deliveries, entries, leases = {}, {}, {}
  for _, index in ipairs(indexes) do
    local id = ids[index]
    local state = revived[id] or readAttempts(nil)
    state.attempt, state.consumer = state.attempt + 1, consumer
    deliveries[#deliveries + 1] = packDelivery(id, state, records[index])
    entries[#entries + 1] = id
    entries[#entries + 1] = packAttempts(state)
    leases[#leases + 1] = instant(now + leaseMs)
    leases[#leases + 1] = id
  end
  local heard = redis.call('SPUBLISH', BASE .. 'deliveries:' .. consumer, table.concat(deliveries))
  if heard == 0 then
    redis.call('LREM', CREDITS, 0, consumer)
    return false
  end
  redis.call('HSET', ATTEMPTS, unpack(entries))
  redis.call('ZADD', LEASES, unpack(leases))
  return true
end

local handedOver = {}
local offers, order = offer()
for _, consumer in ipairs(order) do
  if handOver(consumer, offers[consumer]) then
    for _, index in ipairs(offers[consumer]) do handedOver[index] = true end
  end
end

for _, index in ipairs(candidates) do
  if not handedOver[index] then
    local call = calls[index]
    enqueue(call.priority, ids[index])
    if call.expiresAt then
      expiring[#expiring + 1] = call.expiresAt
      expiring[#expiring + 1] = ids[index]
    end
  end
end
if #expiring > 0 then redis.call('ZADD', EXPIRING, unpack(expiring)) end
flushReady()
return table.concat(statuses)
