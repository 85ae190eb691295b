#!lua flags=allow-oom
-- consume: gives a consumer ready calls for its free slots, and leaves a credit for each slot that stays free, by
-- which `send` hands it a call later.
-- ARGV  1: time · 2: consumer: its lease in ms in base 36, a dot, a name · 3: slots that have become free
--       4: names that it had before and that nobody listens to any more, each followed by a space
--       5: ids that it holds · 6: "stop" to take its credits away · 7: what it understands (see parked.lua), or nothing
-- returns packed deliveries (id, attempt, failures, record) · "1" if there may be more than the answer could hold
--         · how many credits it still had, -1 if nobody looked
--@ queue
--@ records
--@ ready
--@ turns
--@ outcomes
--@ waiting
--@ clock
--@ due
--@ delivery
--@ lease
--@ parked
--@ credits

local consumer, slots, former, held = ARGV[2], tonumber(ARGV[3]), ARGV[4], ARGV[5]

-- Calls that were leased to a former name and never arrived become ready again: nothing was started.
local function giveBack()
  local isHeld, isFormer = {}, {}
  for at = 1, #held, 16 do isHeld[string.sub(held, at, at + 15)] = true end
  for name in string.gmatch(former, '%S+') do
    isFormer[name] = true
    call('LREM', CREDITS, 0, name)
  end
  local leased = call('ZRANGE', LEASES, 0, -1)
  for first = 1, #leased, 250 do
    local ids = { unpack(leased, first, math.min(#leased, first + 249)) }
    local entries = call('HMGET', ATTEMPTS, unpack(ids))
    for index, id in ipairs(ids) do
      local known = readAttempts(entries[index])
      if isFormer[known.consumer] and not isHeld[id] then
        known.releases = known.releases + 1
        local record = call('HGET', CALLS, id)
        call('ZREM', LEASES, id)
        if byte(record, 2) >= HAS_LIMITS / 256 then turnsOf().endLease(record) end
        waitAgain(id, record, known, 0)
      end
    end
    flushWaiting()
  end
end

if former ~= '' then giveBack() end
if ARGV[6] == 'stop' then
  call('LREM', CREDITS, 0, consumer)
  flushOutcomes()
  flushReady()
  return { '', '', -1 }
end
witness()
local _, _, moreDelayed = promoteDue()
local _, moreExpiring = expireDue()
openDue()
flushOutcomes()
flushReady()

local deliveries, taken, isMore, found = '', 0, moreExpiring or moreDelayed, -1
if not moreExpiring and call('EXISTS', unpack(KEYS, READY_0, READY_7)) > 0 then
  found = call('LREM', CREDITS, 0, consumer)
  slots = slots + found
  deliveries, taken, isMore = leaseReady(slots, leaseOf(consumer), consumer)
end
if ARGV[7] ~= '' and not isMore and call('EXISTS', PARKED) == 1 then
  if found < 0 then
    found = call('LREM', CREDITS, 0, consumer)
    slots = slots + found
  end
  if slots > taken then
    local parked, more
    parked, more, isMore = leaseParked(slots - taken, leaseOf(consumer), consumer, ARGV[7])
    deliveries, taken = deliveries .. parked, taken + more
  end
end
if slots > taken then credit(consumer, slots - taken) end
return { deliveries, isMore and '1' or '', found }
