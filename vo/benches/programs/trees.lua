local function tree(depth)
  if depth == 0 then
    return {}
  end
  return { left = tree(depth - 1), right = tree(depth - 1) }
end

local function count(node)
  if not node.left then
    return 1
  end
  return 1 + count(node.left) + count(node.right)
end

local most = 15
local lasting = tree(most)
for depth = 4, most, 2 do
  local rounds = 1 << (most - depth + 4)
  local nodes = 0
  for _ = 1, rounds do
    nodes = nodes + count(tree(depth))
  end
  print(rounds .. " " .. depth .. " " .. nodes)
end
print(count(lasting))
