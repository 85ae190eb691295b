-- What ties a call to others, and where its body begins.

-- What keeps a call from running at any time: its turn (six bytes), when it may begin, the hash of its lane (eight bytes),
-- its packed limits, and where its body begins. The flags and where what follows begins are those of `readCall`.
local function readTurn(record, flags, at)
  local turn, notBefore, lane, limits
  if has(flags, HAS_TURN) then turn, notBefore = unpackFrom('>c6I6', record, has(flags, EXPIRES) and 16 or 10) end
  if has(flags, HAS_LANE) then
    lane = sub(record, at, at + 7)
    at = select(2, readLong(record, at + 8))
  end
  if has(flags, HAS_LIMITS) then limits, at = readLong(record, at) end
  return turn, notBefore, lane, limits, at
end

-- How many bytes the body of a call has. The flags and where what follows begins are those of `readCall`.
local function bodySize(record, flags, at)
  if flags >= HAS_LANE then at = select(5, readTurn(record, flags, at)) end
  -- Of one that is stored in chunks the record has an id and the size.
  if has(flags, CHUNKED) and #record >= 4 then return (unpackFrom('>I4', record, #record - 3)) end
  return #record - at + 1
end
