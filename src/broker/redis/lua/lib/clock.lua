-- Keeps leases from ending early when the clock jumps, or when Redis or the machine was stopped: if nobody has
-- looked at the clock for longer than a few seconds, nobody could extend leases either, and they are moved along.

local JUMP_MS, WITNESS_MS, MOVED_AT_ONCE = 5000, 1000, 1000

local function moveLeases(gap)
  local leases = call('ZRANGE', LEASES, 0, -1, 'WITHSCORES')
  for first = 1, #leases, 2 * MOVED_AT_ONCE do
    local moved = {}
    for index = first, math.min(#leases, first + 2 * MOVED_AT_ONCE - 1), 2 do
      moved[#moved + 1] = score(tonumber(leases[index + 1]) + gap)
      moved[#moved + 1] = leases[index]
    end
    call('ZADD', LEASES, unpack(moved))
  end
end

-- Periods of rates that were begun when the clock was ahead count for nothing any more: whoever waits for their ends
-- waits no longer.
local function endPeriods()
  for _, gate in ipairs(call('ZRANGE', OPENINGS, 0, -1)) do call('ZADD', OPENINGS, score(now), gate) end
end

local function witness()
  local seen = call('HGET', META, 'clock')
  local gap = now - tonumber(seen or now)
  if seen and gap >= 0 and gap < WITNESS_MS then return end
  if math.abs(gap) > JUMP_MS then moveLeases(gap) end
  if gap < -JUMP_MS then endPeriods() end
  call('HSET', META, 'clock', now)
end
