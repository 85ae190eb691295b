-- The keys of a queue and the time, for every script.
-- KEYS  meta, calls, attempts, leases, delayed, expiring, kept, dead, credits, ready:0 … ready:7, lanes, blocked, gates,
--       openings, parked, groups, sent, received, chunks, uploads, absent
-- ARGV  1: broker time in ms, or 0 for the clock of Redis

local call = redis.call
local META, CALLS, ATTEMPTS, LEASES = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local DELAYED, EXPIRING, KEPT, DEAD, CREDITS = KEYS[5], KEYS[6], KEYS[7], KEYS[8], KEYS[9]
local READY_0, READY_7 = 10, 17
local LANES, BLOCKED, GATES, OPENINGS, PARKED = KEYS[18], KEYS[19], KEYS[20], KEYS[21], KEYS[22]
local GROUPS, SENT, RECEIVED, CHUNKS, UPLOADS = KEYS[23], KEYS[24], KEYS[25], KEYS[26], KEYS[27]
local BASE = string.sub(META, 1, -5)

-- The latest instant: six bytes are kept of each.
local MAX_INSTANT = 281474976710655

local now = tonumber(ARGV[1])
if now == 0 then
  local time = call('TIME')
  now = time[1] * 1000 + math.floor(time[2] / 1000)
end

local function instant(at)
  return math.max(0, math.min(at, MAX_INSTANT))
end

-- An instant as a score. Redis would write it as the fraction that it is to Lua, which takes longer.
local function score(at)
  return string.format('%.0f', instant(at))
end

-- Puts something into the list of its kind.
local function enter(lists, kind, item)
  local list = lists[kind]
  if not list then
    list = {}
    lists[kind] = list
  end
  list[#list + 1] = item
end

local function count(field, difference)
  if difference and difference ~= 0 then call('HINCRBY', META, field, difference) end
end
