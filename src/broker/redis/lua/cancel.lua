#!lua flags=allow-oom
-- cancel: ends calls that wait, and notes that running ones are to stop.
-- ARGV  1: time · 2: packed ids
-- returns for each "c" cancelled | "r" requested | "s" settled | "u" unknown
--@ queue
--@ records
--@ ready
--@ turns
--@ outcomes

local blob = ARGV[2]
local cancelled, asked = {}, {}

local function cancel(id)
  local record = call('HGET', CALLS, id)
  if not record then return 'u' end
  if byte(record) ~= WAITING or cancelled[id] then return 's' end
  local entry = call('HGET', ATTEMPTS, id)
  if call('ZSCORE', LEASES, id) then
    local known = readAttempts(entry)
    known.cancel = 1
    call('HSET', ATTEMPTS, id, packAttempts(known))
    if known.consumer ~= '' then asked[known.consumer] = true end
    return 'r'
  end
  cancelled[id] = true
  -- The entry in its ready list is skipped by the claim that comes across it.
  if call('ZREM', DELAYED, id) == 1 then
    call('ZREM', PARKED, id)
  else
    call('ZREM', EXPIRING, id)
    count('gone', 1)
  end
  finish(id, record, 'c', entry, NO_REASON, NO_TEXT)
  return 'c'
end

local statuses = {}
for at = 1, #blob, 16 do statuses[#statuses + 1] = cancel(string.sub(blob, at, at + 15)) end
flushOutcomes()
flushReady()
-- A consumer that is told of no delivery looks at what it has.
for consumer in pairs(asked) do call('SPUBLISH', BASE .. 'deliveries:' .. consumer, '') end
return table.concat(statuses)
