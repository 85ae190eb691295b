-- Credits: a consumer's name in the list, once for each call that may be handed to it.

-- The lease of a consumer, in ms: its name begins with it.
local function leaseOf(consumer)
  return tonumber(string.match(consumer, '^%w+'), 36)
end

local function credit(consumer, slots)
  local names = {}
  for index = 1, slots do names[index] = consumer end
  for first = 1, slots, 1000 do
    call('RPUSH', CREDITS, unpack(names, first, math.min(slots, first + 999)))
  end
end
