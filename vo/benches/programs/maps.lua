local size = 200000

-- Fills a table with integer keys and looks each of them up, and as many that are not there.
local function numbers()
  local squares = {}
  local len = 0
  for i = 0, size - 1 do
    squares[i * 7919 % 1000003] = i * i
    len = len + 1
  end
  local sum = 0
  for i = 0, 2 * size - 1 do
    local square = squares[i * 7919 % 1000003]
    if square then
      sum = sum + square % 1000
    end
  end
  return sum + len
end

-- Does the same with strings, and counts in the table.
local function names()
  local keys = {}
  for i = 0, size - 1 do
    keys[#keys + 1] = "key " .. i * 7919 % 1000003
  end
  local counts = {}
  for _ = 1, 4 do
    for _, key in ipairs(keys) do
      counts[key] = (counts[key] or 0) + 1
    end
  end
  local sum = 0
  for i = 0, size - 1 do
    sum = sum + (counts["key " .. i] or 0)
  end
  return sum + counts[keys[1]]
end

for _ = 1, 3 do
  print(numbers() .. " " .. names())
end
