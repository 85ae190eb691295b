#!lua flags=allow-oom
-- reap: does what time has made due, a part at a time.
-- ARGV  1: time
-- returns promoted · recovered · exhausted · expired · forgotten · 1 if there may be more
--         · when there will be work next, -1 for never
--@ queue
--@ records
--@ ready
--@ turns
--@ outcomes
--@ history
--@ waiting
--@ clock
--@ due
--@ journals

local ATTEMPTS_EXHAUSTED = string.char(8)
local FIRST_WAIT, LONGEST_WAIT = 1000, 60000

-- How long a call waits after it took its worker down: not at all the first time, which may be bad luck, then longer
-- and longer. Calls that were lost with it wait differently long, or they would be claimed with it again and again
-- and die of it. Two random bytes of the id decide, other ones each time.
local function redeliveryDelay(id, attempt)
  if attempt <= 1 then return 0 end
  local longest = math.min(FIRST_WAIT * 2 ^ (attempt - 2), LONGEST_WAIT)
  local high, low = string.byte(id, 10 + attempt % 6, 11 + attempt % 6)
  return math.floor(longest * (0.5 + 0.5 * (high * 256 + low) / 65535))
end

local recovered, exhausted = 0, 0

local function loseLease(id, record, entry)
  local _, _, _, deliveries = readCall(record)
  local known = readAttempts(entry)
  if byte(record, 2) >= HAS_LIMITS / 256 then turnsOf().endLease(record) end
  if known.cancel == 1 then return finish(id, record, 'c', entry, NO_REASON, NO_TEXT) end
  if known.attempt >= deliveries + known.releases then
    exhausted = exhausted + 1
    return finish(id, record, 'd', entry, ATTEMPTS_EXHAUSTED, NO_TEXT)
  end
  recovered = recovered + 1
  remember(known, false)
  waitAgain(id, record, known, redeliveryDelay(id, known.attempt))
end

local function endLeases()
  local ids = dueOf(LEASES)
  if #ids == 0 then return false end
  local records = call('HMGET', CALLS, unpack(ids))
  local entries = call('HMGET', ATTEMPTS, unpack(ids))
  for index, id in ipairs(ids) do loseLease(id, records[index], entries[index]) end
  call('ZREM', LEASES, unpack(ids))
  flushWaiting()
  return #ids == PASS
end

local function forget()
  local ids = dueOf(KEPT)
  if #ids == 0 then return 0, false end
  for _, record in ipairs(call('HMGET', CALLS, unpack(ids))) do
    count(string.sub(record, 1, 1), -1)
    if mayHaveChunks(record) then chunksOf().releaseAll(record) end
  end
  call('HDEL', CALLS, unpack(ids))
  call('ZREM', KEPT, unpack(ids))
  return #ids, #ids == PASS
end

-- Forgets what was uploaded and never used: a few at a time, for they are large.
local UPLOADS_AT_ONCE = 16
local function forgetUploads()
  local uploads = call('ZRANGEBYSCORE', UPLOADS, '-inf', now, 'LIMIT', 0, UPLOADS_AT_ONCE)
  if #uploads == 0 then return false end
  for _, upload in ipairs(uploads) do chunksOf().drop(upload) end
  call('ZREM', UPLOADS, unpack(uploads))
  return #uploads == UPLOADS_AT_ONCE
end

-- Removes entries of journals that are too old.
local function trimJournals()
  if call('EXISTS', SENT, RECEIVED) == 0 then return false end
  local makeRoom = journalsOf().makeRoom
  return makeRoom(SENT, 'sent') or makeRoom(RECEIVED, 'received')
end

local function nextDue()
  local soonest
  for _, key in ipairs({ LEASES, DELAYED, EXPIRING, KEPT, OPENINGS, UPLOADS }) do
    local first = call('ZRANGE', key, 0, 0, 'WITHSCORES')
    local at = tonumber(first[2])
    if at and (not soonest or at < soonest) then soonest = at end
  end
  return soonest or -1
end

witness()
local moreLeases = endLeases()
local promoted, late, moreDelayed = promoteDue()
local expired, moreExpiring = expireDue()
local moreGates = openDue()
local forgotten, moreKept = forget()
local moreEntries, moreUploads = trimJournals(), forgetUploads()
flushOutcomes()
flushReady()
-- With no call left, none is large.
if call('EXISTS', CALLS) == 0 then call('HDEL', META, 'large') end
local isMore = moreLeases or moreDelayed or moreExpiring or moreGates or moreKept or moreEntries or moreUploads
return { promoted, recovered, exhausted, late + expired, forgotten, isMore and 1 or 0, nextDue() }
