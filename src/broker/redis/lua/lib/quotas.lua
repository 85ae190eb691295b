-- How much a queue may hold, and how much more it takes. In `meta`, seven numbers of six bytes each.

local DEFAULT_QUOTAS = pack('>I6I6I6I6I6I6I6', MAX_INSTANT, MAX_INSTANT, 100000, 1073741824, 10000, 67108864, 604800000)

-- Calls that wait or run and their bytes, dead letters and theirs: how many more there may be of each.
local function currentRoom(quotas)
  local calls, bytes, letters, letterBytes = unpackFrom('>I6I6I6I6', quotas or DEFAULT_QUOTAS)
  local numbers = call('HMGET', META, 'bytes', 'deadBytes')
  local dead = call('ZCARD', DEAD)
  return {
    calls = calls - (call('HLEN', CALLS) - call('ZCARD', KEPT) - dead),
    bytes = bytes - tonumber(numbers[1] or 0),
    letters = letters - dead,
    letterBytes = letterBytes - tonumber(numbers[2] or 0),
  }
end
