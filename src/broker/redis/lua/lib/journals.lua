-- Journals: copies of calls, which outlive them, as many as there is room for. An entry is its position (eight bytes), when
-- it was written, the id, flags, the state of the outcome ("-" if it was sent), the result (see packText), the body. Few
-- calls are written down, so nothing of this is made before it is needed.

local journals

local function makeJournals()
  --@ quotas
  --@ positions
  --@ binding

  -- The most entries that one script removes, and how many it reads at a time: each may be large.
  local MOST_REMOVED, READ_AT_ONCE = 500, 8

  -- How many there may be, how many bytes, and when the oldest may have been written.
  local function bounds()
    local entries, bytes, age = unpackFrom('>I6I6I6', call('HGET', META, 'quotas') or DEFAULT_QUOTAS, 25)
    return entries, bytes, now - age
  end

  -- What an entry takes, with what it refers to.
  local function sizeOf(entry)
    local flags, size = unpackFrom('>I2', entry, 31), #entry
    if has(flags, CHUNKED) then size = size + unpackFrom('>I4', entry, #entry - 3) end
    if has(flags, RESULT_CHUNKED) then size = size + unpackFrom('>I4', entry, 54) end
    return size
  end

  local function releaseEntry(entry)
    local flags = unpackFrom('>I2', entry, 31)
    if has(flags, CHUNKED) then chunksOf().release(sub(entry, -20)) end
    if has(flags, RESULT_CHUNKED) then chunksOf().release(sub(entry, 38, 57)) end
  end

  -- Removes the oldest entries of a journal for which there is no room. A field of meta has its bytes. Says whether
  -- there may be more of them.
  local function makeRoom(key, field)
    local count, bytes = call('ZCARD', key), tonumber(call('HGET', META, field) or 0)
    local mostEntries, mostBytes, oldest = bounds()
    local removed = 0
    while count > 0 and removed < MOST_REMOVED do
      local some = math.min(math.max(1, count - mostEntries), READ_AT_ONCE)
      local gone = {}
      for _, entry in ipairs(call('ZRANGE', key, 0, some - 1)) do
        if count <= mostEntries and bytes <= mostBytes and unpackFrom('>I6', entry, 9) > oldest then break end
        count, bytes = count - 1, bytes - sizeOf(entry)
        releaseEntry(entry)
        gone[#gone + 1] = entry
      end
      if #gone == 0 then break end
      call('ZREM', key, unpack(gone))
      removed = removed + #gone
    end
    if removed > 0 then call('HSET', META, field, string.format('%.0f', bytes)) end
    return removed >= MOST_REMOVED
  end

  -- Writes copies of calls into a journal.
  local function writeDown(key, field, copies)
    local first, at, bytes = takePositions('entries', #copies), pack('>I6', now), 0
    for index, copy in ipairs(copies) do
      local position = positionScore(first, index)
      local entry = pack('>I8', position) .. at .. copy
      bytes = bytes + sizeOf(entry)
      call('ZADD', key, position, entry)
    end
    call('HINCRBY', META, field, bytes)
    makeRoom(key, field)
  end

  -- What an entry has of a call, with its outcome if it has one.
  local function copyOf(id, record, state, text, isChunked)
    local flags, _, _, _, _, _, at = readCall(record)
    if has(flags, CHUNKED) then chunksOf().use(sub(record, -20)) end
    if isChunked then chunksOf().use(sub(text, 5)) end
    local head = id .. pack('>I2', isChunked and bit.bor(flags, RESULT_CHUNKED) or flags) .. state
    return head .. text .. sub(record, select(5, readTurn(record, flags, at)))
  end

  return { makeRoom = makeRoom, writeDown = writeDown, copyOf = copyOf }
end

local function journalsOf()
  journals = journals or makeJournals()
  return journals
end
