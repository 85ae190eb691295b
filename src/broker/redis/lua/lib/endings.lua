-- Outcomes, as they are written down.

-- Of an outcome: state, attempt, digest, where its view ends, where what follows begins.
local function readOutcome(record)
  local attempt = unpackFrom('>I4', record, 4)
  local size = unpackFrom('>I4', record, VIEW_HEAD + 1)
  local ending = VIEW_HEAD + 4 + math.max(0, size - 1)
  local digest, at = nil, ending + 1
  if has(flagsOf(record), HAS_DIGEST) then digest, at = readLong(record, at) end
  return sub(record, 1, 1), attempt, digest, ending, at
end

-- How many bytes the body of a dead letter has, given where its history begins. What disk or memory has damaged beyond
-- recognition has none.
local function letterSize(record, at)
  local isWhole, size = pcall(function()
    local sent = sub(record, select(2, readText(record, at)))
    local flags, _, _, _, _, _, restAt = readCall(sent)
    return bodySize(sent, flags, restAt)
  end)
  return isWhole and size or 0
end

-- What callers are told of an outcome, after its id. One that is damaged so that its result would not end with it
-- has none, or the outcomes behind it in the same answer could not be read.
local function viewOf(record, ending)
  if ending > #record then return sub(record, 1, VIEW_HEAD) .. NO_TEXT end
  return sub(record, 1, ending)
end
