#!lua flags=no-writes,allow-oom
-- groups: the groups of subscribers that have joined.
-- ARGV  1: time
-- returns for each its name after its length in four bytes, and its events, as `join` was told them
--@ queue

return call('ZRANGE', GROUPS, 0, -1)
