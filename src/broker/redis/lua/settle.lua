#!lua flags=allow-oom
-- settle: ends attempts. Every one names its number, so that one which lost its lease changes nothing.
-- ARGV  1: time · 2: "1" if this may have run before · 3: packed settlements: id, attempt, "a"nswered | "d"ead |
--       "c"ancelled | "r"etry | "x" released, delay in ms, reason, result
-- returns for each "o" ok | "s" stale
--@ queue
--@ records
--@ outcomes
--@ ready

local isAgain, blob = ARGV[2] == '1', ARGV[3]

local ids, ends, at = {}, {}, 1
while at <= #blob do
  local e, id = {}, nil
  id, e.attempt, e.outcome, e.delay, e.reason, e.result, at = struct.unpack('>c16I4c1I6BI4c0', blob, at)
  ids[#ids + 1] = id
  ends[#ends + 1] = e
end

local records = redis.call('HMGET', CALLS, unpack(ids))
local entries = redis.call('HMGET', ATTEMPTS, unpack(ids))
local leases = redis.call('ZMSCORE', LEASES, unpack(ids))

-- The same attempt may have recorded its outcome already, if the answer was lost.
local function hasEnded(e, record)
  if not isAgain or not record or string.byte(record) == 119 then return false end
  return readOutcome(record).attempt == e.attempt
end

local delayed, expiring, kept = {}, {}, {}

local function wait(id, call, known, delay)
  known.consumer = ''
  kept[#kept + 1] = id
  kept[#kept + 1] = packAttempts(known)
  if delay > 0 then
    local dueAt = instant(now + delay)
    delayed[#delayed + 1] = math.min(dueAt, call.expiresAt or dueAt)
    delayed[#delayed + 1] = id
    return
  end
  putBack(priorityOf(call.flags), id)
  if call.expiresAt then
    expiring[#expiring + 1] = call.expiresAt
    expiring[#expiring + 1] = id
  end
end

local function settle(id, record, known, e)
  if e.outcome == 'a' then
    finish(id, record, 'a', known.attempt, 0, e.result)
  elseif e.outcome == 'd' then
    finish(id, record, 'd', known.attempt, e.reason, e.result)
  elseif e.outcome == 'c' or known.cancel == 1 then
    finish(id, record, 'c', known.attempt, 0)
  elseif e.outcome == 'r' then
    known.failures, known.failure = known.failures + 1, e.result
    wait(id, readCall(record), known, e.delay)
  else
    known.releases = known.releases + 1
    wait(id, readCall(record), known, 0)
  end
end

local statuses, over = {}, {}
local isOver = {}
for index, id in ipairs(ids) do
  local e, known = ends[index], readAttempts(entries[index])
  if leases[index] and not isOver[id] and known.attempt == e.attempt then
    isOver[id] = true
    over[#over + 1] = id
    settle(id, records[index], known, e)
    statuses[index] = 'o'
  else
    statuses[index] = hasEnded(e, records[index]) and 'o' or 's'
  end
end
if #over == 0 then return table.concat(statuses) end

redis.call('ZREM', LEASES, unpack(over))
if #kept > 0 then redis.call('HSET', ATTEMPTS, unpack(kept)) end
if #delayed > 0 then redis.call('ZADD', DELAYED, unpack(delayed)) end
if #expiring > 0 then redis.call('ZADD', EXPIRING, unpack(expiring)) end
flushOutcomes()
flushReady()
return table.concat(statuses)
