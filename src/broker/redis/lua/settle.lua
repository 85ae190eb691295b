#!lua flags=allow-oom
-- settle: ends attempts. Every one names its number, so that one which lost its lease changes nothing.
-- ARGV  1: time · 2: "1" if this may have run before · 3: a consumer with free slots, or nothing · 4: how many
--       5: packed settlements: id, attempt, "a"nswered | "d"ead |
--       "c"ancelled | "r"etry | "x" released | "p"arked, delay in ms, reason, size of the text, text (see packText); of a
--       parked call what it needs, see parked.lua
--       6: outcomes of express calls to push: inbox after its length, size of the views, views (see fetch)
-- returns for each "o" ok | "s" stale | "u" the chunks of its result are gone · packed deliveries for the slots: what they
--         have no calls for becomes credits · "1" if there may be more than the answer could hold
--@ queue
--@ calls
--@ ready
--@ turns
--@ outcomes
--@ credits
--@ journals

local isAgain, consumer, slots, blob = ARGV[2] == '1', ARGV[3], tonumber(ARGV[4]), ARGV[5]

local ids, attempts, outcomes, delays, reasons, texts, total = {}, {}, {}, {}, {}, {}, 0
local at = 1
while at <= #blob do
  total = total + 1
  ids[total], attempts[total], outcomes[total], delays[total], reasons[total], texts[total], at =
    unpackFrom('>c16c4c1I6c1I4c0', blob, at)
end

local records, entries, leases
if total > 0 then
  records = call('HMGET', CALLS, unpack(ids))
  entries = call('HMGET', ATTEMPTS, unpack(ids))
  leases = call('ZMSCORE', LEASES, unpack(ids))
end

-- The same attempt may have recorded its outcome already, if the answer was lost.
local function hasEnded(attempt, record)
  return isAgain and record and byte(record) ~= WAITING and sub(record, 4, 7) == attempt
end

-- What its handler has ended is written down.
local copies = {}
local function finishHere(id, record, state, entry, reason, text, isChunked)
  if byte(record, 2) >= JOURNAL_ALL / 256 and has(flagsOf(record), JOURNAL_ALL) then
    copies[#copies + 1] = journalsOf().copyOf(id, record, state, text, isChunked)
  end
  finish(id, record, state, entry, reason, text, isChunked)
end

-- A result that is stored in chunks is said so by the upper bit of the reason.
local IN_CHUNKS = 128
local function finishInChunks(id, record, state, entry, reason, text)
  finishHere(id, record, state, entry, string.char(byte(reason) - IN_CHUNKS), text, true)
  -- Perhaps nobody wants it.
  chunksOf().forgo(sub(text, 5))
end

-- Most attempts end their call. For the others there is this.
local returning
local function makeReturning()
  --@ texts
  --@ attempts
  --@ history
  --@ waiting

  local function giveBack(index)
    local id, record, entry, outcome = ids[index], records[index], entries[index], outcomes[index]
    local known = readAttempts(entry)
    if outcome == 'c' or known.cancel == 1 then
      -- What was given back had not been started.
      local isEnded = outcome == 'c' or outcome == 'r'
      return (isEnded and finishHere or finish)(id, record, 'c', entry, NO_REASON, NO_TEXT)
    end
    if outcome == 'r' then
      known.failures, known.failure = known.failures + 1, sub(texts[index], 5)
      remember(known, known.failure)
      return waitAgain(id, record, known, delays[index])
    end
    known.releases = known.releases + 1
    if outcome == 'p' then return park(id, record, known, texts[index]) end
    waitAgain(id, record, known, delays[index])
  end

  return { giveBack = giveBack, flush = flushWaiting }
end

local function settle(index)
  local record, outcome = records[index], outcomes[index]
  if byte(record, 2) >= HAS_LIMITS / 256 then turnsOf().endLease(record) end
  if outcome == 'a' or outcome == 'd' then
    local finishIt = byte(reasons[index]) >= IN_CHUNKS and finishInChunks or finishHere
    return finishIt(ids[index], record, outcome, entries[index], reasons[index], texts[index])
  end
  returning = returning or makeReturning()
  returning.giveBack(index)
end

local statuses, over, isOver = {}, {}, {}
for index = 1, total do
  local id, isChunked = ids[index], byte(reasons[index]) >= IN_CHUNKS
  if leases[index] and not isOver[id] and sub(entries[index], 1, 4) == attempts[index] then
    if isChunked and not chunksOf().isThere(sub(texts[index], 5)) then
      statuses[index] = 'u'
    else
      isOver[id] = true
      over[#over + 1] = id
      settle(index)
      statuses[index] = 'o'
    end
  else
    statuses[index] = hasEnded(attempts[index], records[index]) and 'o' or 's'
    if isChunked then chunksOf().forgo(sub(texts[index], 5)) end
  end
end
if #over > 0 then
  call('ZREM', LEASES, unpack(over))
  if returning then returning.flush() end
end
if #copies > 0 then journalsOf().writeDown(RECEIVED, 'received', copies) end

local function push(answers)
  local place = 1
  while place <= #answers do
    local inbox, views
    inbox, place = readShort(answers, place)
    views, place = unpackFrom('>I4c0', answers, place)
    call('SPUBLISH', BASE .. 'inbox:' .. inbox, views)
  end
end
if ARGV[6] ~= '' then push(ARGV[6]) end

-- Mostly nothing is ready: calls go straight to consumers.
local function takers()
  --@ texts
  --@ attempts
  --@ due
  --@ delivery
  --@ lease
  return expireDue, leaseReady
end

local isReady = consumer ~= '' and (turns or call('EXISTS', unpack(KEYS, READY_0, READY_7)) > 0)
local moreExpiring, expireDue, leaseReady = false, nil, nil
if isReady then
  expireDue, leaseReady = takers()
  -- What has expired must not be leased: the consumer comes back for the rest.
  moreExpiring = select(2, expireDue())
end
flushOutcomes()
flushReady()

local deliveries, taken, isMore = '', 0, moreExpiring
if isReady and not moreExpiring then
  deliveries, taken, isMore = leaseReady(slots, leaseOf(consumer), consumer)
end
if slots > taken then credit(consumer, slots - taken) end
return { table.concat(statuses), deliveries, isMore and '1' or '' }
