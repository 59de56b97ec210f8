-- Counts the words of a file, again and again.

-- Counts the words of a text, line by line, and finds the most frequent one.
local function words(text)
  local counts = {}
  local lines, total = 0, 0
  for line in (text .. "\n"):gmatch("([^\n]*)\n") do
    lines = lines + 1
    for word in line:gmatch("%S+") do
      total = total + 1
      counts[word] = (counts[word] or 0) + 1
    end
  end
  local most, times = "", 0
  for word, count in pairs(counts) do
    if count > times or count == times and word < most then
      most, times = word, count
    end
  end
  return lines, total, most, times
end

local file = assert(io.open(arg[1], "rb"))
local text = file:read("a")
for _ = 1, 800 do
  words(text)
end
local lines, total, most, times = words(text)
print(lines .. " " .. total .. " " .. most .. " " .. times)
