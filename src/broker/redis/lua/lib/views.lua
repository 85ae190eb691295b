-- What is told of a call that has no outcome: id, state, flags, attempt, failures, acceptedAt, until when it waits, no
-- reason, the last failure.

local NEVER = pack('>I6', 0)

local function packView(id, state, known, acceptedAt, dueAt)
  local numbers = pack('>c1I2I4I2', state, 0, known.attempt, known.failures)
  return id .. numbers .. acceptedAt .. dueAt .. string.char(0) .. packText(known.failure)
end

-- The state of a call that is not ready, and until when it waits if it is for a time.
local function waitState(id, record, dueScore)
  if call('ZSCORE', PARKED, id) then return 'p', NEVER end
  local flags, _, _, _, _, _, at = readCall(record)
  local waitsForOthers = has(flags, HAS_LANE) and not isFirst(id, record, flags, at)
    or has(flags, HAS_LIMITS) and isBlocked(id, record, flags, at)
  return 's', waitsForOthers and NEVER or pack('>I6', dueScore)
end

local function viewWaiting(id, record)
  local known = readAttempts(call('HGET', ATTEMPTS, id))
  local state, dueAt = 'r', NEVER
  if call('ZSCORE', LEASES, id) then
    state = 'l'
  else
    local dueScore = call('ZSCORE', DELAYED, id)
    if dueScore then state, dueAt = waitState(id, record, dueScore) end
  end
  return packView(id, state, known, sub(record, 4, 9), dueAt)
end
