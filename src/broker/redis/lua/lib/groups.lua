-- Groups of subscribers. Each is its name after its length in four bytes, and then the events, as `join` was told them.

-- The group of this name, if there is one, and how it begins.
local function findGroup(name)
  local head = struct.pack('>I4', #name) .. name
  for _, group in ipairs(call('ZRANGE', GROUPS, 0, -1)) do
    if string.sub(group, 1, #head) == head then return group, head end
  end
  return nil, head
end
