#!lua flags=no-writes,allow-oom
-- waiting-ids: the ids of calls that wait or run, some thousands at a time. Some may have ended.
-- ARGV  1: time · 2: "leases" | "delayed" | the priority of a ready list · 3: how many of it have been read before
--       4: the last ids that were read before, packed, newest first
-- returns packed ids · how many of it have been read now, -1 if there are no more
--@ queue

local AT_ONCE = 5000

local source, before, last = ARGV[2], tonumber(ARGV[3]), ARGV[4]

-- Where to go on: behind the last one that is still there, or none would be seen that moved up when others left.
local function nextRank()
  for at = 1, #last, 16 do
    local rank = call('ZRANK', DELAYED, string.sub(last, at, at + 15))
    if rank then return rank + 1 end
  end
  return before
end

local ids
if source == 'leases' then
  -- All that run are not too many: consume reads them at once, too.
  return { table.concat(call('ZRANGE', LEASES, 0, -1)), -1 }
elseif source == 'delayed' then
  before = nextRank()
  ids = call('ZRANGE', DELAYED, before, before + AT_ONCE - 1)
else
  -- From the end: calls leave at the beginning. What comes meanwhile has some of them come twice, and hides none.
  local priority = tonumber(source)
  ids = call('LRANGE', KEYS[READY_0 + priority], -before - AT_ONCE, -before - 1)
end
return { table.concat(ids), #ids < AT_ONCE and -1 or before + #ids }
