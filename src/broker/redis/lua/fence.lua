#!lua flags=allow-oom
-- fence: keeps new calls of senders out of this place who know of fewer places of the queue. See partition.
-- ARGV  1: time · 2: how many places there are
--@ queue

if tonumber(ARGV[2]) > tonumber(call('HGET', META, 'fence') or 1) then call('HSET', META, 'fence', ARGV[2]) end
