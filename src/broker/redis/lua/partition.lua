#!lua flags=allow-oom
-- partition: splits a queue into more places, and says into how many it has been split. Asked of its first place.
-- ARGV  1: time · 2: how many places it has to have at least, 0 only asks · 3: "1" if all places that it had before
--       are fenced
-- returns for each number of places that it has had, smallest first: the number, a colon, since when the places
--         before it are fenced ("" if they may not be); separated by spaces
--@ queue

local count, isFenced = tonumber(ARGV[2]), ARGV[3] == '1'
local history = call('HGET', META, 'partitions') or '1:0'
local newest, sealedAt = string.match(history, '(%d+):(%d*)$')

if count > tonumber(newest) then
  -- Where no call is none can be looked for: the queue is as if it had been split from the beginning. This place is
  -- fenced in the same moment, and there are no others.
  if newest == '1' and call('EXISTS', CALLS) == 0 then
    history = ARGV[2] .. ':0'
  else
    history = history .. ' ' .. ARGV[2] .. ':'
  end
  call('HSET', META, 'partitions', history, 'fence', ARGV[2])
elseif isFenced and count == tonumber(newest) and sealedAt == '' then
  history = history .. string.format('%.0f', now)
  call('HSET', META, 'partitions', history)
end
return history
