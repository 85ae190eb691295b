-- Texts that can be missing: their length plus one, or zero, in four bytes.

local function packText(text)
  if not text then return NO_TEXT end
  return pack('>I4', #text + 1) .. text
end

-- Such a text, false if it is missing, and where it ends.
local function readText(record, at)
  local size = unpackFrom('>I4', record, at)
  if size == 0 then return false, at + 4 end
  return sub(record, at + 4, at + 2 + size), at + 3 + size
end
