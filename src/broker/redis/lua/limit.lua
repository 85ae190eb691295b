#!lua flags=allow-oom
-- limit: sets how much the queue may hold.
-- ARGV  1: time · 2 …: calls, bytes, dead letters, their bytes, entries of a journal, their bytes, their age in ms; each a
--       number, or nothing to leave it as it was
--@ queue
--@ records
--@ quotas

local limits = { unpackFrom('>I6I6I6I6I6I6I6', call('HGET', META, 'quotas') or DEFAULT_QUOTAS) }
for index = 1, 7 do limits[index] = instant(tonumber(ARGV[1 + index]) or limits[index]) end
call('HSET', META, 'quotas', pack('>I6I6I6I6I6I6I6', unpack(limits, 1, 7)))
