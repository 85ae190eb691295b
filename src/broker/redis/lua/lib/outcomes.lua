-- Ends calls: collects what is to be written and pushed, and does it at once at the end.

-- Longer results are not pushed: whoever waits is told to fetch them. Redis closes subscribers that fall far behind.
local MAX_PUSHED = 16384

local written, forgotten, ended, keptUntil, died = {}, {}, {}, {}, {}
local counted, pushes = {}, {}

local function push(inbox, view)
  local list = pushes[inbox]
  if not list then
    list = {}
    pushes[inbox] = list
  end
  list[#list + 1] = view
end

-- Records the outcome of a call: "a"nswered, "d"ead, "c"ancelled or "e"xpired.
local function finish(id, record, state, attempt, reason, result)
  local call = readCall(record)
  ended[#ended + 1] = id
  if state == 'a' and not has(call.flags, WANTS_RESULT) and not call.digest then
    forgotten[#forgotten + 1] = id
    return
  end
  local outcome = state .. struct.pack('>BI6I6I4B', call.flags, call.acceptedAt, now, attempt, reason)
  if call.digest then outcome = outcome .. struct.pack('>B', #call.digest) .. call.digest end
  outcome = outcome .. packText(result)
  if state == 'd' then
    outcome = outcome .. record
    died[#died + 1] = id
  else
    keptUntil[#keptUntil + 1] = instant(now + call.retain)
    keptUntil[#keptUntil + 1] = id
    counted[state] = (counted[state] or 0) + 1
  end
  written[#written + 1] = id
  written[#written + 1] = outcome
  if call.inbox and has(call.flags, WANTS_RESULT) then
    if result and #result > MAX_PUSHED then state = '?' end
    push(call.inbox, packView(id, state, attempt, call.acceptedAt, now, reason, state ~= '?' and result))
  end
end

local function count(field, difference)
  if difference and difference ~= 0 then redis.call('HINCRBY', META, field, difference) end
end

-- Writes and pushes what `finish` has collected.
local function flushOutcomes()
  if #ended == 0 then return end
  redis.call('HDEL', ATTEMPTS, unpack(ended))
  if #forgotten > 0 then redis.call('HDEL', CALLS, unpack(forgotten)) end
  if #written > 0 then redis.call('HSET', CALLS, unpack(written)) end
  if #keptUntil > 0 then redis.call('ZADD', KEPT, unpack(keptUntil)) end
  for state, difference in pairs(counted) do count(state, difference) end
  for _, id in ipairs(died) do
    redis.call('ZADD', DEAD, redis.call('HINCRBY', META, 'deaths', 1), id)
  end
  for inbox, views in pairs(pushes) do
    redis.call('SPUBLISH', BASE .. 'inbox:' .. inbox, table.concat(views))
  end
end
