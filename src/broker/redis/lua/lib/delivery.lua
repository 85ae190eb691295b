-- What a worker is given: id, attempt, failures, size of the record, record.

local function deliver(answer, id, numbers, record)
  local at = #answer
  answer[at + 1], answer[at + 2], answer[at + 3], answer[at + 4] = id, numbers, pack('>I4', #record), record
end

local FIRST = pack('>I4I2', 1, 0)
