-- How calls are written down. Numbers are big-endian; docs/redis-keys.md has the fields.
-- A call that waits or runs: "w", flags, acceptedAt, [expiresAt], [turn, notBefore], retain, deliveries, [inbox], [digest],
-- [lane], [limits], body.
-- An outcome: state, flags, attempt, failures, acceptedAt, settledAt, reason, result, [digest]; a dead letter goes on with
-- its history and the call. Up to the result it is also what callers are told of it, after its id.

local pack, unpackFrom, sub, byte = struct.pack, struct.unpack, string.sub, string.byte

local WAITING = byte('w')
local WANTS_RESULT, EXPIRES, HAS_INBOX, HAS_DIGEST, PRIORITY = 1, 2, 4, 8, 16
local EXPRESS, BY_DEADLINE, JOURNAL_DEAD, JOURNAL_ALL = 128, 256, 512, 1024
local HAS_LANE, HAS_LIMITS, CHUNKED, RESULT_CHUNKED = 2048, 4096, 8192, 16384
-- Either of them, for what is true of both.
local IS_JOURNALLED, HAS_TURN = JOURNAL_DEAD + JOURNAL_ALL, HAS_LANE + HAS_LIMITS

local function has(flags, flag)
  return bit.band(flags, flag) ~= 0
end

local function flagsOf(record)
  local high, low = byte(record, 2, 3)
  return 256 * high + low
end

local function priorityOf(flags)
  return math.floor(flags / PRIORITY) % 8
end

-- A text after its length, and where it ends. One that disk or memory has damaged ends with its record: an error in a
-- script would keep everybody else's calls, too.
local function readShort(record, at)
  local ending = at + (byte(record, at) or 0)
  return sub(record, at + 1, ending), ending + 1
end

-- The same with a length of two bytes.
local function readLong(record, at)
  local high, low = byte(record, at, at + 1)
  local ending = at + 1 + 256 * (high or 0) + (low or 0)
  return sub(record, at + 2, ending), ending + 1
end

-- What was sent, without the body: flags, expiresAt, retain, deliveries, inbox, digest, where what follows begins.
local function readCall(record)
  local flags, at = flagsOf(record), 10
  local expiresAt, retain, deliveries, inbox, digest
  if has(flags, EXPIRES) then expiresAt, at = unpackFrom('>I6', record, at) end
  if has(flags, HAS_TURN) then at = at + 12 end
  retain, deliveries, at = unpackFrom('>I6I2', record, at)
  if has(flags, HAS_INBOX) then inbox, at = readShort(record, at) end
  if has(flags, HAS_DIGEST) then digest, at = readLong(record, at) end
  return flags, expiresAt, retain, deliveries, inbox, digest, at
end

-- What keeps a call from running at any time: its turn (six bytes), when it may begin, the hash of its lane (eight bytes),
-- its packed limits, and where its body begins. The flags and where what follows begins are those of `readCall`.
local function readTurn(record, flags, at)
  local turn, notBefore, lane, limits
  if has(flags, HAS_TURN) then turn, notBefore = unpackFrom('>c6I6', record, has(flags, EXPIRES) and 16 or 10) end
  if has(flags, HAS_LANE) then
    lane = sub(record, at, at + 7)
    at = select(2, readLong(record, at + 8))
  end
  if has(flags, HAS_LIMITS) then limits, at = readLong(record, at) end
  return turn, notBefore, lane, limits, at
end

-- How many bytes the body of a call has. The flags and where what follows begins are those of `readCall`.
local function bodySize(record, flags, at)
  if flags >= HAS_LANE then at = select(5, readTurn(record, flags, at)) end
  -- Of one that is stored in chunks the record has an id and the size.
  if has(flags, CHUNKED) and #record >= 4 then return (unpackFrom('>I4', record, #record - 3)) end
  return #record - at + 1
end

-- Texts that can be missing are as long as their length says, plus one.
local NO_TEXT = pack('>I4', 0)
local function packText(text)
  if not text then return NO_TEXT end
  return pack('>I4', #text + 1) .. text
end

-- Such a text, false if it is missing, and where it ends.
local function readText(record, at)
  local size = unpackFrom('>I4', record, at)
  if size == 0 then return false, at + 4 end
  return sub(record, at + 4, at + 2 + size), at + 3 + size
end

-- Of an outcome: state, attempt, digest, where its view ends, where what follows begins.
local VIEW_HEAD = 22
local function readOutcome(record)
  local attempt = unpackFrom('>I4', record, 4)
  local size = unpackFrom('>I4', record, VIEW_HEAD + 1)
  local ending = VIEW_HEAD + 4 + math.max(0, size - 1)
  local digest, at = nil, ending + 1
  if has(flagsOf(record), HAS_DIGEST) then digest, at = readLong(record, at) end
  return sub(record, 1, 1), attempt, digest, ending, at
end

-- Whether an outcome is a dead letter, or would be one: dead, or expired and journalled.
local function isLetter(state, flags)
  return state == 'd' or state == 'e' and has(flags, IS_JOURNALLED)
end

-- How many bytes the body of a dead letter has, given where its history begins. What disk or memory has damaged beyond
-- recognition has none.
local function letterSize(record, at)
  local isWhole, size = pcall(function()
    local sent = sub(record, select(2, readText(record, at)))
    local flags, _, _, _, _, _, restAt = readCall(sent)
    return bodySize(sent, flags, restAt)
  end)
  return isWhole and size or 0
end

-- What callers are told of an outcome, after its id. One that is damaged so that its result would not end with it
-- has none, or the outcomes behind it in the same answer could not be read.
local function viewOf(record, ending)
  if ending > #record then return sub(record, 1, VIEW_HEAD) .. NO_TEXT end
  return sub(record, 1, ending)
end

-- What is known of the attempts at a call: none yet if it has no entry.
local function readAttempts(entry)
  if not entry then
    return { attempt = 0, failures = 0, releases = 0, cancel = 0, consumer = '', failure = false, history = '' }
  end
  local attempt, failures, releases, cancel, at = unpackFrom('>I4I2I2B', entry)
  local consumer, failure
  consumer, at = readShort(entry, at)
  if at <= #entry then failure, at = readText(entry, at) end
  return {
    attempt = attempt,
    failures = failures,
    releases = releases,
    cancel = cancel,
    consumer = consumer,
    failure = failure,
    history = sub(entry, at),
  }
end

local function packAttempts(known)
  local head = pack('>I4I2I2BB', known.attempt, math.min(known.failures, 65535), math.min(known.releases, 65535),
    known.cancel, #known.consumer) .. known.consumer
  if not known.failure and known.history == '' then return head end
  return head .. packText(known.failure) .. known.history
end

-- The first attempt of all, for a consumer without a name if there is none: most calls have no other.
local function packFirstAttempt(consumer)
  return pack('>I4I2I2BB', 1, 0, 0, 0, #consumer) .. consumer
end
