-- How calls are written down. Numbers are big-endian; docs/redis-keys.md has the fields.
-- A call that waits or runs: "w", flags, acceptedAt, [expiresAt], retain, deliveries, [inbox], [digest], body.
-- An outcome: state, flags, attempt, acceptedAt, settledAt, reason, result, [digest]; a dead letter goes on with the
-- call. Up to the result it is also what callers are told of it, after its id.

local pack, unpackFrom, sub, byte = struct.pack, struct.unpack, string.sub, string.byte

local WAITING = byte('w')
local WANTS_RESULT, EXPIRES, HAS_INBOX, HAS_DIGEST, PRIORITY = 1, 2, 4, 8, 16

local function has(flags, flag)
  return bit.band(flags, flag) ~= 0
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

-- What was sent, without the body: flags, expiresAt, retain, deliveries, inbox, digest.
local function readCall(record)
  local flags, at = byte(record, 2), 9
  local expiresAt, retain, deliveries, inbox, digest
  if has(flags, EXPIRES) then expiresAt, at = unpackFrom('>I6', record, at) end
  retain, deliveries, at = unpackFrom('>I6I2', record, at)
  if has(flags, HAS_INBOX) then inbox, at = readShort(record, at) end
  if has(flags, HAS_DIGEST) then digest = readShort(record, at) end
  return flags, expiresAt, retain, deliveries, inbox, digest
end

-- Texts that can be missing are as long as their length says, plus one.
local NO_TEXT = pack('>I4', 0)
local function packText(text)
  if not text then return NO_TEXT end
  return pack('>I4', #text + 1) .. text
end

-- Of an outcome: state, attempt, digest, where its view ends, where what follows begins.
local VIEW_HEAD = 19
local function readOutcome(record)
  local attempt = unpackFrom('>I4', record, 3)
  local size = unpackFrom('>I4', record, VIEW_HEAD + 1)
  local ending = VIEW_HEAD + 4 + math.max(0, size - 1)
  local digest, at = nil, ending + 1
  if has(byte(record, 2), HAS_DIGEST) then digest, at = readShort(record, at) end
  return sub(record, 1, 1), attempt, digest, ending, at
end

-- What callers are told of an outcome, after its id. One that is damaged so that its result would not end with it
-- has none, or the outcomes behind it in the same answer could not be read.
local function viewOf(record, ending)
  if ending > #record then return sub(record, 1, VIEW_HEAD) .. NO_TEXT end
  return sub(record, 1, ending)
end

-- What is known of the attempts at a call: none yet if it has no entry.
local function readAttempts(entry)
  if not entry then return { attempt = 0, failures = 0, releases = 0, cancel = 0, consumer = '', failure = '' } end
  local attempt, failures, releases, cancel, at = unpackFrom('>I4I2I2B', entry)
  local consumer
  consumer, at = readShort(entry, at)
  return {
    attempt = attempt,
    failures = failures,
    releases = releases,
    cancel = cancel,
    consumer = consumer,
    failure = sub(entry, at),
  }
end

local function packAttempts(known)
  return pack('>I4I2I2BB', known.attempt, math.min(known.failures, 65535), math.min(known.releases, 65535),
    known.cancel, #known.consumer) .. known.consumer .. known.failure
end

-- The first attempt of all, for a consumer without a name if there is none: most calls have no other.
local function packFirstAttempt(consumer)
  return pack('>I4I2I2BB', 1, 0, 0, 0, #consumer) .. consumer
end
