#!lua flags=allow-oom
-- open: makes sure that the keys of a queue are ours, before anything else touches them.
-- ARGV  1: time · 2: the format of the keys that this program writes · 3 …: the types of the keys
-- returns "ok" · or "type", the key and the type that it has · or "format" and the format that they have
--@ queue

for index, key in ipairs(KEYS) do
  local found = call('TYPE', key).ok
  if found ~= 'none' and found ~= ARGV[2 + index] then return { 'type', key, found } end
end
local format = call('HGET', META, 'format')
if not format then
  -- Only what nobody has written to can be without.
  for index = 2, #KEYS do
    if call('EXISTS', KEYS[index]) == 1 then return { 'format', 'none' } end
  end
  call('HSET', META, 'format', ARGV[2])
elseif format ~= ARGV[2] then
  return { 'format', format }
end
return { 'ok' }
