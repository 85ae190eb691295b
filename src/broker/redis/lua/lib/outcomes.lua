-- Ends calls: collects what is to be written and pushed, and does it at once at the end.
--@ chunks

-- Longer results are not pushed: whoever waits is told to fetch them. Redis closes subscribers that fall far behind.
local MAX_PUSHED = 16384

local NOW = pack('>I6', now)
local written, forgotten, ended, keptUntil, died = {}, {}, {}, {}, {}
local counted, pushes, scores = {}, {}, {}
local endedBytes, letterBytes = 0, 0

-- The six bytes that name the newest attempt at a call and say how often its handler has failed.
local NO_ATTEMPT = '\0\0\0\0\0\0'
local function attemptOf(entry)
  return entry and sub(entry, 1, 6) or NO_ATTEMPT
end

-- What a dead letter goes on with: its history, and the call.
local function letterOf(entry, record)
  --@ texts
  --@ attempts
  local history = entry and readAttempts(entry).history or ''
  return packText(history ~= '' and history) .. record
end

-- Records the outcome of a call: "a"nswered, "d"ead, "c"ancelled or "e"xpired. The entry is that of its attempts, the
-- reason one byte, the result as `packText` gives it; it refers to chunks if that is said.
local function finish(id, record, state, entry, reason, text, isChunked)
  local flags, _, retain, _, inbox, digest, restAt = readCall(record)
  local size = flags < HAS_LANE and #record - restAt + 1 or turnsOf().leave(id, record, flags, restAt)
  ended[#ended + 1] = id
  endedBytes = endedBytes + size
  if state == 'a' and not has(flags, WANTS_RESULT) and not digest then
    forgotten[#forgotten + 1] = id
    if flags >= CHUNKED and has(flags, CHUNKED) then chunksOf().releaseAll(record) end
    return
  end
  if isChunked then chunksOf().use(sub(text, 5)) end
  local outcomeFlags = isChunked and pack('>I2', bit.bor(flags, RESULT_CHUNKED)) or sub(record, 2, 3)
  local head = outcomeFlags .. attemptOf(entry) .. sub(record, 4, 9) .. NOW .. reason
  local view = state .. head .. text
  local outcome = view
  if digest then outcome = outcome .. pack('>I2', #digest) .. digest end
  if state ~= 'a' and isLetter(state, flags) then
    letterBytes = letterBytes + size
    outcome = outcome .. letterOf(entry, record)
    died[#died + 1] = id
  else
    if flags >= CHUNKED and has(flags, CHUNKED) then chunksOf().releaseAll(record) end
    local untilThen = scores[retain]
    if not untilThen then
      untilThen = score(now + retain)
      scores[retain] = untilThen
    end
    keptUntil[#keptUntil + 1] = untilThen
    keptUntil[#keptUntil + 1] = id
    counted[state] = (counted[state] or 0) + 1
  end
  written[#written + 1] = id
  written[#written + 1] = outcome
  if inbox and has(flags, WANTS_RESULT) then
    if #text > MAX_PUSHED or isChunked then view = '?' .. head .. NO_TEXT end
    enter(pushes, inbox, id)
    enter(pushes, inbox, view)
  end
end

-- Enters the dead letters in their list.
local function bury()
  --@ positions
  local first = takePositions('deaths', #died)
  for index, id in ipairs(died) do call('ZADD', DEAD, positionScore(first, index), id) end
end

-- Writes and pushes what `finish` has collected.
local function flushOutcomes()
  if turns then turns.settle() end
  if #ended == 0 then return end
  call('HDEL', ATTEMPTS, unpack(ended))
  if #forgotten > 0 then call('HDEL', CALLS, unpack(forgotten)) end
  if #written > 0 then call('HSET', CALLS, unpack(written)) end
  if #keptUntil > 0 then call('ZADD', KEPT, unpack(keptUntil)) end
  for state, difference in pairs(counted) do count(state, difference) end
  count('bytes', -endedBytes)
  count('deadBytes', letterBytes)
  if #died > 0 then bury() end
  for inbox, views in pairs(pushes) do
    call('SPUBLISH', BASE .. 'inbox:' .. inbox, table.concat(views))
  end
end
