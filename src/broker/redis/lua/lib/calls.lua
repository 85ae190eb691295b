-- How calls are written down. Numbers are big-endian; docs/redis-keys.md has the fields.
-- A call that waits or runs: "w", flags, acceptedAt, [expiresAt], [turn, notBefore], retain, deliveries, [inbox], [digest],
-- [lane], [limits], body.
-- An outcome: state, flags, attempt, failures, acceptedAt, settledAt, reason, result, [digest]; a dead letter goes on with
-- its history and the call. Up to the result it is also what callers are told of it, after its id.

local pack, unpackFrom, sub, byte = struct.pack, struct.unpack, string.sub, string.byte

-- The state of a call that waits or runs is "w".
local WAITING = 119
local WANTS_RESULT, EXPIRES, HAS_INBOX, HAS_DIGEST, PRIORITY = 1, 2, 4, 8, 16
local EXPRESS, BY_DEADLINE, JOURNAL_DEAD, JOURNAL_ALL = 128, 256, 512, 1024
local HAS_LANE, HAS_LIMITS, CHUNKED, RESULT_CHUNKED = 2048, 4096, 8192, 16384
-- Either of them, for what is true of both.
local IS_JOURNALLED, HAS_TURN = 1536, 6144

-- Of an outcome, what comes before its result.
local VIEW_HEAD = 22

-- A text that can be missing is as long as its length says, plus one; and no reason.
local NO_TEXT, NO_REASON = '\0\0\0\0', '\0'

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
  if flags >= HAS_LANE and has(flags, HAS_TURN) then at = at + 12 end
  retain, deliveries, at = unpackFrom('>I6I2', record, at)
  if has(flags, HAS_INBOX) then inbox, at = readShort(record, at) end
  if has(flags, HAS_DIGEST) then digest, at = readLong(record, at) end
  return flags, expiresAt, retain, deliveries, inbox, digest, at
end

-- Whether an outcome is a dead letter, or would be one: dead, or expired and journalled.
local function isLetter(state, flags)
  return state == 'd' or state == 'e' and has(flags, IS_JOURNALLED)
end

-- The first attempt of all, for a consumer without a name if there is none: most calls have no other.
local function packFirstAttempt(consumer)
  return pack('>I4I2I2BB', 1, 0, 0, 0, #consumer) .. consumer
end
