-- Makes calls ready: their listeners are told once, at the end.

local arrivals, returns = {}, {}

-- Behind the calls that are there already.
local function enqueue(priority, id)
  enter(arrivals, priority, id)
end

-- Many of one priority, before any other was.
local function enqueueAll(priority, ids)
  arrivals[priority] = ids
end

-- Before them: it was among the first once.
local function putBack(priority, id)
  enter(returns, priority, id)
end

-- Lua passes some thousand arguments at most, and a consumer with many slots gives back as many calls.
local PUSHED_AT_ONCE = 1000

local function flushReady()
  local isSome = false
  for priority, ids in pairs(arrivals) do
    for first = 1, #ids, PUSHED_AT_ONCE do
      call('RPUSH', KEYS[READY_0 + priority], unpack(ids, first, math.min(#ids, first + PUSHED_AT_ONCE - 1)))
    end
    isSome = true
  end
  for priority, ids in pairs(returns) do
    local reversed = {}
    for index = #ids, 1, -1 do reversed[#reversed + 1] = ids[index] end
    for first = 1, #ids, PUSHED_AT_ONCE do
      call('LPUSH', KEYS[READY_0 + priority], unpack(reversed, first, math.min(#ids, first + PUSHED_AT_ONCE - 1)))
    end
    isSome = true
  end
  if not isSome then return end
  arrivals, returns = {}, {}
  call('SPUBLISH', BASE .. 'wake', '')
end
