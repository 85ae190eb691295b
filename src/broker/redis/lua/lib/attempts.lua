-- The attempts at a call, as they are written down.

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
