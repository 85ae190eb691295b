-- How calls are written down. Numbers are big-endian; docs/redis-keys.md has the fields.
-- A call that waits or runs: "w", flags, acceptedAt, [expiresAt], retain, deliveries, [inbox], [digest], body.
-- An outcome: state, flags, acceptedAt, settledAt, attempt, reason, [digest], result; a dead letter goes on with the call.

local WANTS_RESULT, EXPIRES, HAS_INBOX, HAS_DIGEST, PRIORITY = 1, 2, 4, 8, 16

local function has(flags, flag)
  return bit.band(flags, flag) ~= 0
end

local function priorityOf(flags)
  return math.floor(flags / PRIORITY)
end

-- What was sent, without the body.
local function readCall(record)
  local call, at = {}, nil
  call.flags, call.acceptedAt, at = struct.unpack('>BI6', record, 2)
  if has(call.flags, EXPIRES) then call.expiresAt, at = struct.unpack('>I6', record, at) end
  call.retain, call.deliveries, at = struct.unpack('>I6I2', record, at)
  if has(call.flags, HAS_INBOX) then call.inbox, at = struct.unpack('>Bc0', record, at) end
  if has(call.flags, HAS_DIGEST) then call.digest, at = struct.unpack('>Bc0', record, at) end
  return call
end

local function readOutcome(record)
  local outcome, at = { state = string.sub(record, 1, 1) }, nil
  outcome.flags, outcome.acceptedAt, outcome.settledAt, outcome.attempt, outcome.reason, at =
    struct.unpack('>BI6I6I4B', record, 2)
  if has(outcome.flags, HAS_DIGEST) then outcome.digest, at = struct.unpack('>Bc0', record, at) end
  local size
  size, at = struct.unpack('>I4', record, at)
  if size > 0 then outcome.result = string.sub(record, at, at + size - 2) end
  outcome.rest = at + math.max(0, size - 1)
  return outcome
end

-- Texts that can be missing are as long as their length says, plus one.
local function packText(text)
  if not text then return struct.pack('>I4', 0) end
  return struct.pack('>I4', #text + 1) .. text
end

-- What a caller is told of a call.
local function packView(id, state, attempt, acceptedAt, settledAt, reason, result)
  return struct.pack('>c16c1I4I6I6B', id, state, attempt, acceptedAt, settledAt, reason) .. packText(result)
end

-- What is known of the attempts at a call: none yet if it has no entry.
local function readAttempts(entry)
  if not entry then return { attempt = 0, failures = 0, releases = 0, cancel = 0, consumer = '', failure = '' } end
  local known, at = {}, nil
  known.attempt, known.failures, known.releases, known.cancel, known.consumer, at =
    struct.unpack('>I4I2I2BBc0', entry)
  known.failure = string.sub(entry, at)
  return known
end

local function packAttempts(known)
  return struct.pack('>I4I2I2BB', known.attempt, math.min(known.failures, 65535), math.min(known.releases, 65535),
    known.cancel, #known.consumer) .. known.consumer .. known.failure
end
