-- What is told of a dead letter: its position, its view (see fetch), its history and the call as it was sent.

local function tellLetter(answer, id, position)
  local record = call('HGET', CALLS, id)
  local state, _, _, ending, restAt = readOutcome(record)
  local at = #answer
  answer[at + 1] = position
  -- It is a dead letter because it is in the list of them, whatever is left of its record.
  answer[at + 2] = id .. (state == 'e' and 'e' or 'd') .. sub(viewOf(record, ending), 2)
  answer[at + 3] = sub(record, restAt)
  return #record
end
