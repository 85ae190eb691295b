-- The attempts at a call that have not ended it: the first one and the newest nineteen, each as its number, when it ended,
-- and its failure (see packText), cut.

local MOST_PAST, LONGEST_FAILURE = 20, 4096

-- At most so many characters as JavaScript counts them, and none in pieces.
local function cut(text)
  if #text <= LONGEST_FAILURE then return text end
  local units, at = 0, 1
  while at <= #text do
    local first = byte(text, at)
    local size = first < 128 and 1 or first < 224 and 2 or first < 240 and 3 or 4
    units = units + (size == 4 and 2 or 1)
    if units > LONGEST_FAILURE then break end
    at = at + size
  end
  return sub(text, 1, at - 1)
end

-- Notes the end of the newest attempt, without a failure if its lease was lost.
local function remember(known, failure)
  local starts, at = {}, 1
  while at <= #known.history do
    starts[#starts + 1] = at
    at = select(2, readText(known.history, at + 10))
  end
  local history = known.history
  if #starts == MOST_PAST then history = sub(history, 1, starts[2] - 1) .. sub(history, starts[3]) end
  known.history = history .. pack('>I4I6', known.attempt, now) .. packText(failure and cut(failure))
end
