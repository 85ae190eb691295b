#!lua flags=allow-oom
-- leave: takes a group of subscribers away.
-- ARGV  1: time · 2: "1" if this may have run before · 3: name
-- returns 1 if there was one, or was before
--@ queue
--@ groups

local known = findGroup(ARGV[3])
if known then return call('ZREM', GROUPS, known) end
return tonumber(ARGV[2]) or 0
