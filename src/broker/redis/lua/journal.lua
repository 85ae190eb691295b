#!lua flags=no-writes,allow-oom
-- journal: the entries of a journal, newest first.
-- ARGV  1: time · 2: "sent" | "received" · 3: the position before which they are, "+inf" for all · 4: most
-- returns entries (see lib/journals.lua)
--@ queue

local range = { '(' .. ARGV[3], '-inf', 'BYSCORE', 'REV', 'LIMIT', 0, ARGV[4] }
if ARGV[2] == 'sent' then return call('ZRANGE', SENT, unpack(range)) end
return call('ZRANGE', RECEIVED, unpack(range))
