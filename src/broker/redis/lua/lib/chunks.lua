-- Large bodies and results are in chunks beside the calls. What refers to one has its id and its size in bytes; it goes
-- with the last that refers to it. Few calls are large, so nothing of this is made before it is needed.

local chunks

local function makeChunks()
  local CHUNK, DROPPED_AT_ONCE = 65536, 1000

  -- The id, how many chunks, and its name among the uploads. What is damaged refers to nothing.
  local function readReference(reference)
    if #reference < 20 then return nil end
    local total = math.ceil(unpackFrom('>I4', reference, 17) / CHUNK)
    local id = sub(reference, 1, 16)
    return id, total, id .. pack('>I2', math.min(total, 65535))
  end

  -- `upload` is an id and how many chunks there are.
  local function drop(upload)
    local id, total = unpackFrom('>c16I2', upload)
    for first = 1, total, DROPPED_AT_ONCE do
      local fields = {}
      for number = first, math.min(total, first + DROPPED_AT_ONCE - 1) do
        fields[#fields + 1] = id .. pack('>I2', number)
      end
      call('HDEL', CHUNKS, unpack(fields))
    end
    call('HDEL', CHUNKS, id)
  end

  -- Whether something that was uploaded is there, with all its chunks.
  local function isThere(reference)
    local id, _, upload = readReference(reference)
    return id and call('HGET', CHUNKS, id) == '0' and call('ZSCORE', UPLOADS, upload)
  end

  -- One more refers to it.
  local function use(reference)
    local id, _, upload = readReference(reference)
    if id and call('HINCRBY', CHUNKS, id, 1) == 1 then call('ZREM', UPLOADS, upload) end
  end

  -- One less refers to it.
  local function release(reference)
    local id, _, upload = readReference(reference)
    if id and tonumber(call('HGET', CHUNKS, id) or 0) > 0 and call('HINCRBY', CHUNKS, id, -1) == 0 then drop(upload) end
  end

  -- It was uploaded for nothing, unless this has run before.
  local function forgo(reference)
    local id, _, upload = readReference(reference)
    if id and call('ZREM', UPLOADS, upload) == 1 then drop(upload) end
  end

  -- The call of this record is forgotten, or its outcome: "w"aiting, or what `finish` has written.
  local function releaseAll(record)
    local flags, state = flagsOf(record), sub(record, 1, 1)
    if state ~= 'w' and has(flags, RESULT_CHUNKED) then release(sub(record, VIEW_HEAD + 5, VIEW_HEAD + 24)) end
    if has(flags, CHUNKED) and (state == 'w' or isLetter(state, flags)) then release(sub(record, -20)) end
  end

  return { isThere = isThere, use = use, release = release, releaseAll = releaseAll, forgo = forgo, drop = drop }
end

local function chunksOf()
  chunks = chunks or makeChunks()
  return chunks
end

-- Whether the upper byte of the flags says that a body or a result may be in chunks.
local function mayHaveChunks(record)
  return byte(record, 2) >= CHUNKED / 256
end
