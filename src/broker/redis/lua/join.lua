#!lua flags=allow-oom
-- join: adds a group of subscribers, or changes what it wants.
-- ARGV  1: time · 2: name · 3: events
--@ queue
--@ groups

local known, head = findGroup(ARGV[2])
if known then call('ZREM', GROUPS, known) end
call('ZADD', GROUPS, score(now), head .. ARGV[3])
