-- Builds a text of n lines.
local function list(n)
  local text = {}
  for i = 0, n - 1 do
    text[#text + 1] = "line " .. i .. ": " .. i * i .. "\n"
  end
  return table.concat(text)
end

local total = 0
for round = 0, 19 do
  total = total + #list(50000 + round)
end
print(total)
io.write(list(5))
