#!lua flags=allow-oom
-- express: hands calls to consumers with credits and keeps nothing of them.
-- ARGV  1: time · 2: how many calls · 3: the calls, packed as deliveries (id, attempt, failures, size of the record, record)
-- returns for each "a" handed over | "n" not: nobody is idle, or others have waited for longer
--@ queue

local total, blob = tonumber(ARGV[2]), ARGV[3]
local unpackFrom, sub = struct.unpack, string.sub

-- The size of a delivery without its record, and where the size of that stands.
local HEAD, SIZE_AT = 26, 22

local function publish(consumer, deliveries)
  if call('SPUBLISH', BASE .. 'deliveries:' .. consumer, deliveries) > 0 then return true end
  call('LREM', CREDITS, 0, consumer)
  return false
end

-- Calls of one batch that are equally many as the credits of one consumer go as they came.
local function isForOne(consumers)
  if #consumers < total then return false end
  for index = 2, total do
    if consumers[index] ~= consumers[1] then return false end
  end
  return true
end

local function handOver(consumers)
  local parts, at = {}, 1
  for index, consumer in ipairs(consumers) do
    local ending = at + HEAD + unpackFrom('>I4', blob, at + SIZE_AT)
    local part = parts[consumer] or { indexes = {} }
    parts[consumer] = part
    part.indexes[#part.indexes + 1] = index
    part[#part + 1] = sub(blob, at, ending - 1)
    at = ending
  end
  local statuses = {}
  for index = 1, total do statuses[index] = 'n' end
  for consumer, part in pairs(parts) do
    local status = publish(consumer, table.concat(part)) and 'a' or 'n'
    for _, index in ipairs(part.indexes) do statuses[index] = status end
  end
  return table.concat(statuses)
end

if call('EXISTS', unpack(KEYS, READY_0, READY_7)) > 0 then return string.rep('n', total) end
local consumers = call('LPOP', CREDITS, total)
if not consumers then return string.rep('n', total) end
if isForOne(consumers) then return string.rep(publish(consumers[1], blob) and 'a' or 'n', total) end
return handOver(consumers)
