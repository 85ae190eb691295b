-- Makes calls ready: their listeners are told once, at the end.

local arrivals, returns = {}, {}

local function enter(lists, priority, id)
  local list = lists[priority]
  if not list then
    list = {}
    lists[priority] = list
  end
  list[#list + 1] = id
end

-- Behind the calls that are there already.
local function enqueue(priority, id)
  enter(arrivals, priority, id)
end

-- Before them: it was among the first once.
local function putBack(priority, id)
  enter(returns, priority, id)
end

local function flushReady()
  local isSome = false
  for priority, ids in pairs(arrivals) do
    call('RPUSH', KEYS[READY_0 + priority], unpack(ids))
    isSome = true
  end
  for priority, ids in pairs(returns) do
    local reversed = {}
    for index = #ids, 1, -1 do reversed[#reversed + 1] = ids[index] end
    call('LPUSH', KEYS[READY_0 + priority], unpack(reversed))
    isSome = true
  end
  if isSome then call('SPUBLISH', BASE .. 'wake', '') end
end
