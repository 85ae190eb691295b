#!lua flags=allow-oom
-- replay: makes dead letters ready again, as if they had just been accepted. Attempts go on counting: they are fencing
-- tokens.
-- ARGV  1: time · 2: "1" if this may have run before · 3: packed replays: id, new body (see packText)
-- returns for each "y" if it was a dead letter | "n"
--@ queue
--@ records
--@ ready
--@ turns

local isAgain, blob = ARGV[2] == '1', ARGV[3]

-- The call as it was sent, but accepted now and with no end. Without HAS_TURN the turn is empty.
local function renew(sent, turn, body)
  local flags, _, _, _, _, _, at = readCall(sent)
  local restAt = 10 + (has(flags, EXPIRES) and 6 or 0) + #turn
  local bodyAt = select(5, readTurn(sent, flags, at))
  flags = flags - bit.band(flags, EXPIRES + BY_DEADLINE)
  return 'w' .. pack('>I2I6', flags, now) .. turn .. sub(sent, restAt, body and bodyAt - 1 or -1) .. (body or '')
end

local function takeTurn()
  return pack('>I6I6', call('HINCRBY', META, 'turns', 1), 0)
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

local function replay(id, body)
  local letter = call('HGET', CALLS, id)
  if not call('ZSCORE', DEAD, id) then return isAgain and letter and byte(letter) == WAITING end
  local _, attempt, _, _, restAt = readOutcome(letter)
  local sent = sub(letter, select(2, readText(letter, restAt)))
  -- What disk or memory has damaged beyond recognition stays a dead letter.
  if byte(sent) ~= WAITING then return false end
  local record = renew(sent, has(flagsOf(sent), HAS_TURN) and takeTurn() or '', body)
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
  return true
end

local statuses = {}
local at = 1
while at <= #blob do
  local id, body = sub(blob, at, at + 15), nil
  body, at = readText(blob, at + 16)
  statuses[#statuses + 1] = replay(id, body) and 'y' or 'n'
end
if turns then turns.settle() end
flushReady()
return table.concat(statuses)
