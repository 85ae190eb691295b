#!lua flags=allow-oom
-- remove: forgets calls, whatever their state. Nobody is told.
-- ARGV  1: time · 2: packed ids
-- returns for each "y" if it was known | "n"
--@ queue
--@ records
--@ chunks
--@ ready
--@ turns

local blob = ARGV[2]

-- Takes a call that waits or runs out of where it stands.
local function takeOut(id, record)
  local flags, _, _, _, _, _, at = readCall(record)
  if call('ZREM', LEASES, id) == 1 then
    if has(flags, HAS_LIMITS) then turnsOf().endLease(record) end
  elseif call('ZREM', DELAYED, id) == 1 then
    call('ZREM', PARKED, id)
  else
    -- The entry in its ready list is skipped by the claim that comes across it.
    call('ZREM', EXPIRING, id)
    count('gone', 1)
  end
  if has(flags, HAS_TURN) then turnsOf().leave(id, record, flags, at) end
  call('HDEL', ATTEMPTS, id)
  count('bytes', -bodySize(record, flags, at))
end

local function forget(id, record)
  if call('ZREM', DEAD, id) == 1 then
    local isWhole, _, _, _, _, restAt = pcall(readOutcome, record)
    if isWhole then count('deadBytes', -letterSize(record, restAt)) end
  elseif call('ZREM', KEPT, id) == 1 then
    count(sub(record, 1, 1), -1)
  end
end

local function remove(id)
  local record = call('HGET', CALLS, id)
  if not record then return false end
  if mayHaveChunks(record) then chunksOf().releaseAll(record) end
  if byte(record) == WAITING then takeOut(id, record) else forget(id, record) end
  call('HDEL', CALLS, id)
  return true
end

local statuses = {}
for at = 1, #blob, 16 do statuses[#statuses + 1] = remove(sub(blob, at, at + 15)) and 'y' or 'n' end
if turns then turns.settle() end
flushReady()
return table.concat(statuses)
