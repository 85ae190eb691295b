#!lua flags=allow-oom
-- fetch: reads calls, and has the outcomes of those that are not final pushed to an inbox.
-- ARGV  1: time · 2: inbox, or nothing · 3: packed ids
-- returns a view of each (id, state, attempt, acceptedAt, settledAt, reason, result), for as many as fit into one
--         answer; state is "-" for an unknown call, and "s", "r" or "l" for one that is scheduled, ready or leased
--@ queue
--@ records

local MOST_BYTES = 1048576

local inbox, blob = ARGV[2], ARGV[3]

local function redirect(id, record, call)
  if inbox == '' or call.inbox == inbox then return end
  local bodyAt = 9 + (call.expiresAt and 6 or 0) + 8
  if call.inbox then bodyAt = bodyAt + 1 + #call.inbox end
  local head = 'w' .. string.char(bit.bor(call.flags, HAS_INBOX)) .. struct.pack('>I6', call.acceptedAt)
  if call.expiresAt then head = head .. struct.pack('>I6', call.expiresAt) end
  head = head .. struct.pack('>I6I2B', call.retain, call.deliveries, #inbox) .. inbox
  redis.call('HSET', CALLS, id, head .. string.sub(record, bodyAt))
end

local function viewWaiting(id, record)
  local call, known = readCall(record), readAttempts(redis.call('HGET', ATTEMPTS, id))
  redirect(id, record, call)
  local state = 'r'
  if redis.call('ZSCORE', LEASES, id) then
    state = 'l'
  elseif redis.call('ZSCORE', DELAYED, id) then
    state = 's'
  end
  return packView(id, state, known.attempt, call.acceptedAt, 0, 0, known.failure ~= '' and known.failure)
end

local function view(id)
  local record = redis.call('HGET', CALLS, id)
  if not record then return packView(id, '-', 0, 0, 0, 0) end
  if string.byte(record) == 119 then return viewWaiting(id, record) end
  local outcome = readOutcome(record)
  return packView(id, outcome.state, outcome.attempt, outcome.acceptedAt, outcome.settledAt, outcome.reason, outcome.result)
end

local answer, bytes = {}, 0
for at = 1, #blob, 16 do
  if bytes > MOST_BYTES then break end
  local text = view(string.sub(blob, at, at + 15))
  bytes = bytes + #text
  answer[#answer + 1] = text
end
return table.concat(answer)
