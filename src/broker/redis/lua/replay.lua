#!lua flags=allow-oom
-- replay: makes dead letters ready again, as if they had just been accepted. Attempts go on counting: they are fencing
-- tokens.
-- ARGV  1: time · 2: "1" if this may have run before · 3: packed replays: id, "-" as it was | "t" another body | "c" another
--       body in chunks, size of what follows, body
-- returns for each "y" if it was a dead letter | "n" | "u" the chunks of its body are gone
--@ queue
--@ records
--@ chunks
--@ ready
--@ turns

local isAgain, blob = ARGV[2] == '1', ARGV[3]

-- The call as it was sent, but accepted now, with no end, and perhaps with another body. Without HAS_TURN the turn is empty.
local function renew(sent, turn, kind, body)
  local flags, _, _, _, _, _, at = readCall(sent)
  local restAt = 10 + (has(flags, EXPIRES) and 6 or 0) + #turn
  local bodyAt = select(5, readTurn(sent, flags, at))
  flags = flags - bit.band(flags, EXPIRES + BY_DEADLINE)
  local rest = sub(sent, restAt)
  if kind ~= '-' then
    flags = flags - bit.band(flags, CHUNKED) + (kind == 'c' and CHUNKED or 0)
    rest = sub(sent, restAt, bodyAt - 1) .. body
  end
  return 'w' .. pack('>I2I6', flags, now) .. turn .. rest
end

local function takeTurn()
  return pack('>I6I6', call('HINCRBY', META, 'turns', 1), 0)
end

-- The number of its last attempt, where its history begins, the call as it was sent, and as it is to wait.
local function renewLetter(letter, kind, body)
  local _, attempt, _, _, restAt = readOutcome(letter)
  local sent = sub(letter, select(2, readText(letter, restAt)))
  local turn = has(flagsOf(sent), HAS_TURN) and takeTurn() or ''
  return attempt, restAt, sent, renew(sent, turn, kind, body)
end

-- Has a call wait behind the others: at the end of its lane, or until its limits allow it.
local function wait(id, record)
  local flags = flagsOf(record)
  if has(flags, HAS_LANE) and not turnsOf().hold(id, record) then
    call('ZADD', DELAYED, score(MAX_INSTANT), id)
  elseif has(flags, HAS_LIMITS) then
    turnsOf().admit(id, record, false)
  else
    enqueue(priorityOf(flags), id)
  end
end

-- What was in chunks and is not needed any more goes: the result, and the body if there is another one.
local function releaseOld(letter, sent, kind)
  if mayHaveChunks(sent) and kind == '-' then chunksOf().use(sub(sent, -20)) end
  if mayHaveChunks(letter) then chunksOf().releaseAll(letter) end
end

local function replay(id, kind, body)
  local letter = call('HGET', CALLS, id)
  if not call('ZSCORE', DEAD, id) then return isAgain and letter and byte(letter) == WAITING and 'y' or 'n' end
  local isWhole, attempt, restAt, sent, record = pcall(renewLetter, letter, kind, body)
  -- What disk or memory has damaged beyond recognition stays a dead letter.
  if not isWhole or byte(sent) ~= WAITING then return 'n' end
  if kind == 'c' then
    if not chunksOf().isThere(body) then return 'u' end
    chunksOf().use(body)
  end
  releaseOld(letter, sent, kind)
  call('ZREM', DEAD, id)
  call('HSET', CALLS, id, record)
  if attempt > 0 then
    local known = readAttempts()
    known.attempt, known.releases = attempt, attempt
    call('HSET', ATTEMPTS, id, packAttempts(known))
  end
  local flags, _, _, _, _, _, at = readCall(record)
  count('deadBytes', -letterSize(letter, restAt))
  count('bytes', bodySize(record, flags, at))
  wait(id, record)
  return 'y'
end

local statuses = {}
local at = 1
while at <= #blob do
  local id, kind, body
  id, kind, body, at = unpackFrom('>c16c1I4c0', blob, at)
  statuses[#statuses + 1] = replay(id, kind, body)
  if kind == 'c' then chunksOf().forgo(body) end
end
if turns then turns.settle() end
flushReady()
return table.concat(statuses)
