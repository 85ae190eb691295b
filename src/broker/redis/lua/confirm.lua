#!lua flags=allow-oom
-- confirm: forgets outcomes that their callers have. Dead letters stay, and so do calls with a digest.
-- ARGV  1: time · 2: packed ids
--@ queue
--@ records
--@ chunks

local blob = ARGV[2]
local ids = {}
for at = 1, #blob, 16 do ids[#ids + 1] = sub(blob, at, at + 15) end

local STATES = { a = true, c = true, e = true }
local gone, seen, counted = {}, {}, {}
for index, record in ipairs(call('HMGET', CALLS, unpack(ids))) do
  local id, state = ids[index], record and sub(record, 1, 1)
  local flags = record and flagsOf(record)
  local isMine = record and STATES[state] and not has(flags, HAS_DIGEST) and not isLetter(state, flags)
  if isMine and not seen[id] then
    seen[id] = true
    gone[#gone + 1] = id
    if mayHaveChunks(record) then chunksOf().releaseAll(record) end
    counted[state] = (counted[state] or 0) - 1
  end
end
if #gone > 0 then
  call('HDEL', CALLS, unpack(gone))
  call('ZREM', KEPT, unpack(gone))
  for state, difference in pairs(counted) do count(state, difference) end
end
return #gone
