-- Positions in lists that all places of a queue have together: they go by time, in ms × 1024, and the last ten bits are
-- the number of the place, so that no two are the same. For use within a function, hence the indentation.

  local PLACES = 1024

  -- So many new positions, the first of them. A field of meta has the last one.
  local function takePositions(field, total)
    local place = tonumber(string.match(META, '#(%d+)') or 0) % PLACES
    local last = tonumber(call('HGET', META, field) or 0)
    local first = math.max(last + PLACES, now * PLACES + place)
    call('HSET', META, field, string.format('%.0f', first + (total - 1) * PLACES))
    return first
  end

  local function positionScore(first, index)
    return string.format('%.0f', first + (index - 1) * PLACES)
  end
