#!lua
-- send: puts calls into their queue, unless their id is there already. While nothing is ready, calls go straight to
-- consumers with credits: leased, and pushed.
-- ARGV  1: time · 2: "1" if this may have run before · 3: packed calls: id, "w" and flags, delay in ms, time to
--       wait in ms (0 without EXPIRES), bytes of the body, rest of the record · 4: how many places of the queue the
--       sender knows of (1) · 5: "1" if the calls belong to another of them, and are only looked for at this one, which
--       they belonged to · 6: how long ago they were packed, in ms · 7: "1" if they come too late
-- returns for each call "a" accepted | "d" duplicate | "c" conflict | "m" not taken, there are more places
--         | "n" not here | "u" the chunks of its body are gone | "l" late | "f" the queue is full
--         | "g" there are as many dead letters as there may be
--@ queue
--@ calls
--@ ready
--@ turns
--@ chunks
--@ delivery
--@ credits
--@ journals

local LARGE = 4096
-- Larger calls are not pushed: see outcomes.lua.
local MAX_HANDED_OVER = 16384

local isAgain, blob = ARGV[2] == '1', ARGV[3]
local places, isOlder = tonumber(ARGV[4] or 1), ARGV[5] == '1'
-- Delays do not begin anew while the calls wait for us.
local sentAt = now - tonumber(ARGV[6])

-- A place that has said of a call that it is not here must not take it any more from those who know of fewer places.
local fence, quotas, deaths = unpack(call('HMGET', META, 'fence', 'quotas', 'deaths'))
fence = tonumber(fence or 1)
if isOlder and fence < places then call('HSET', META, 'fence', places) end
-- Why a call that is not here is not taken.
local refusal = fence > places and 'm' or isOlder and 'n' or ARGV[7] == '1' and 'l'

local ids, records, delays, expiries, sentFlags, sizes, total = {}, {}, {}, {}, {}, {}, 0
local isLarge, isChunked, lastTurn = false, false, nil
-- Whether the calls may begin at once, at any time, and are equally urgent: mostly they are.
local isPlain, commonFlags = true, nil
local NOW = pack('>I6', now)
local at = 1
while at <= #blob do
  local id, head, delay, wait, size, rest
  id, head, delay, wait, size, rest, at = unpackFrom('>c16c3I6I6I4I4c0', blob, at)
  total = total + 1
  local high, low = byte(head, 2, 3)
  local flags, more = 256 * high + low, ''
  ids[total], delays[total], sentFlags[total], sizes[total] = id, delay, flags, size
  -- Written out, because it is done for every call: whether the flag EXPIRES is there.
  if flags % 4 >= 2 then
    local expiresAt = instant(sentAt + wait)
    expiries[total] = expiresAt
    more = pack('>I6', expiresAt)
  end
  if flags >= HAS_LANE and has(flags, HAS_TURN) then
    -- Which of the calls that wait for each other came first, and when it may begin.
    lastTurn = (lastTurn or tonumber(call('HGET', META, 'turns') or 0)) + 1
    more = more .. pack('>I6I6', lastTurn, delay > 0 and instant(sentAt + delay) or 0)
  end
  records[total] = head .. NOW .. more .. rest
  if #rest > LARGE then isLarge = true end
  if flags >= CHUNKED then isChunked = true end
  if flags ~= (commonFlags or flags) or delay > 0 then isPlain = false end
  commonFlags = flags
end

local revived, addedCalls, addedBytes = {}, 0, 0

-- What is to be done with calls whose id is known, or of which there may be too many. Mostly there are none.
local judge
local function makeJudge()
  --@ texts
  --@ binding
  --@ endings
  --@ attempts
  --@ quotas

  -- Without limits nobody need count, as long as no call has ever died.
  local room = (quotas or deaths) and currentRoom(quotas)

  -- A key whose call came to nothing may be used again. Attempts go on counting: they are fencing tokens.
  local function revive(id, earlier, state, attempt, restAt)
    local known = readAttempts()
    known.attempt, known.releases = attempt, attempt
    revived[id] = known
    call('HSET', ATTEMPTS, id, packAttempts(known))
    if mayHaveChunks(earlier) then chunksOf().releaseAll(earlier) end
    if isLetter(state, flagsOf(earlier)) then
      call('ZREM', DEAD, id)
      count('deadBytes', -letterSize(earlier, restAt))
    else
      call('ZREM', KEPT, id)
      count(state, -1)
    end
  end

  -- Why a call of this size is not taken, if it is not.
  local function lackOfRoom(size)
    if not room then return nil end
    if room.letters <= 0 or room.letterBytes <= 0 then return 'g' end
    if addedCalls >= room.calls or addedBytes + size > room.bytes then return 'f' end
  end

  -- Whether the chunks of its body are not there any more, because it took too long to send them.
  local function lacksChunks(record)
    return has(flagsOf(record), CHUNKED) and not chunksOf().isThere(sub(record, -20))
  end

  -- The status of a call whose id is known, and whether it is stored all the same.
  local function compare(id, record, earlier, size)
    local isWaiting = byte(earlier) == WAITING
    local digest, theirs = select(6, readCall(record)), nil
    local state, attempt, restAt
    if isWaiting then
      theirs = select(6, readCall(earlier))
    else
      local ending
      state, attempt, theirs, ending, restAt = readOutcome(earlier)
    end
    if theirs ~= digest then return 'c', false end
    -- Nobody else makes ids without a key: this is the first run, whose answer was lost.
    if not digest then return isAgain and 'a' or 'd', false end
    if isWaiting or state == 'a' then return 'd', false end
    local lack = lackOfRoom(size) or lacksChunks(record) and 'u'
    if lack then return lack, false end
    revive(id, earlier, state, attempt, restAt)
    return 'a', true
  end

  -- That of a revived call which is handed over: the newest one.
  local function handOver(state, consumer)
    state.attempt, state.consumer = state.attempt + 1, consumer
    return pack('>I4I2', state.attempt, 0), packAttempts(state)
  end

  -- Why a new call is not taken, if it is not.
  local function refuse(record, size)
    return lackOfRoom(size) or lacksChunks(record) and 'u'
  end

  return { compare = compare, refuse = refuse, handOver = handOver }
end
if quotas or deaths or isChunked then judge = makeJudge() end

-- The calls to store, by their place in the batch.
local statuses, fresh, stored, writes = {}, {}, {}, {}
local known = call('HMGET', CALLS, unpack(ids))
for index = 1, total do
  local id = ids[index]
  local earlier = fresh[id] or known[index]
  local status, isStored
  if earlier then
    judge = judge or makeJudge()
    status, isStored = judge.compare(id, records[index], earlier, sizes[index])
  else
    status = refusal or judge and judge.refuse(records[index], sizes[index]) or 'a'
    isStored = status == 'a'
  end
  if isChunked and has(sentFlags[index], CHUNKED) then
    local reference = sub(records[index], -20)
    if isStored then chunksOf().use(reference) else chunksOf().forgo(reference) end
  end
  statuses[index] = status
  if isStored then
    addedCalls, addedBytes = addedCalls + 1, addedBytes + sizes[index]
    fresh[id] = records[index]
    stored[#stored + 1] = index
    writes[#writes + 1] = id
    writes[#writes + 1] = records[index]
  end
end
if #stored == 0 then return table.concat(statuses) end
call('HSET', CALLS, unpack(writes))
count('bytes', addedBytes)
if isLarge then call('HSET', META, 'large', 1) end
if lastTurn then call('HSET', META, 'turns', lastTurn) end

isPlain = isPlain and commonFlags < JOURNAL_ALL and commonFlags % 4 < 2

local scheduled, candidates, copies = {}, isPlain and stored or {}, {}
for _, index in ipairs(isPlain and {} or stored) do
  local id, flags, dueAt = ids[index], sentFlags[index], delays[index] > 0 and instant(sentAt + delays[index]) or 0
  -- Calls without such a flag are journalled nowhere and have no lane.
  if flags >= JOURNAL_ALL then
    if has(flags, JOURNAL_ALL) then copies[#copies + 1] = journalsOf().copyOf(id, records[index], '-', NO_TEXT) end
    if has(flags, HAS_LANE) and not turnsOf().hold(id, records[index]) then dueAt = MAX_INSTANT end
  end
  if dueAt > now then
    scheduled[#scheduled + 1] = score(math.min(dueAt, expiries[index] or dueAt))
    scheduled[#scheduled + 1] = id
  else
    candidates[#candidates + 1] = index
  end
end
if #scheduled > 0 then call('ZADD', DELAYED, unpack(scheduled)) end
if #copies > 0 then journalsOf().writeDown(SENT, 'sent', copies) end

-- The candidates that are small enough to be handed over, most urgent first.
local function inOrder()
  local byPriority, small = {}, {}
  for _, index in ipairs(candidates) do
    local isFree = sentFlags[index] < HAS_LIMITS and not (expiries[index] and expiries[index] <= now)
    if isFree and #records[index] <= MAX_HANDED_OVER then enter(byPriority, priorityOf(sentFlags[index]), index) end
  end
  for priority = 7, 0, -1 do
    for _, index in ipairs(byPriority[priority] or {}) do small[#small + 1] = index end
  end
  return small
end

-- Which of the candidates go to which consumer. Nobody overtakes calls that are ready already.
local function offer()
  local offers = {}
  if #candidates == 0 or call('LLEN', CREDITS) == 0 then return offers end
  if call('EXISTS', unpack(KEYS, READY_0, READY_7)) > 0 then return offers end
  local small = inOrder()
  if #small == 0 then return offers end
  for place, consumer in ipairs(call('LPOP', CREDITS, #small)) do enter(offers, consumer, small[place]) end
  return offers
end

local handedOver = {}
local function handOver(consumer, indexes)
  local leaseEnd = score(now + leaseOf(consumer))
  local first = packFirstAttempt(consumer)
  local deliveries, entries, leases = {}, {}, {}
  for place, index in ipairs(indexes) do
    local id, numbers, newest = ids[index], FIRST, first
    if revived[id] then numbers, newest = judge.handOver(revived[id], consumer) end
    deliver(deliveries, id, numbers, records[index])
    entries[2 * place - 1], entries[2 * place] = id, newest
    leases[2 * place - 1], leases[2 * place] = leaseEnd, id
  end
  if call('SPUBLISH', BASE .. 'deliveries:' .. consumer, table.concat(deliveries)) == 0 then
    call('LREM', CREDITS, 0, consumer)
    return
  end
  call('HSET', ATTEMPTS, unpack(entries))
  call('ZADD', LEASES, unpack(leases))
  for _, index in ipairs(indexes) do handedOver[index] = true end
end

for consumer, indexes in pairs(offer()) do handOver(consumer, indexes) end

if isPlain and #stored == total and not next(handedOver) then
  enqueueAll(priorityOf(commonFlags), ids)
  candidates = {}
end
local expiring = {}
for _, index in ipairs(candidates) do
  if sentFlags[index] >= HAS_LIMITS and has(sentFlags[index], HAS_LIMITS) then
    turnsOf().admit(ids[index], records[index], false)
  elseif not handedOver[index] then
    enqueue(priorityOf(sentFlags[index]), ids[index])
    if expiries[index] then
      expiring[#expiring + 1] = score(expiries[index])
      expiring[#expiring + 1] = ids[index]
    end
  end
end
if #expiring > 0 then call('ZADD', EXPIRING, unpack(expiring)) end
flushReady()
return table.concat(statuses)
