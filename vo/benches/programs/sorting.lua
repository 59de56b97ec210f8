local numbers = {}
local seed = 42
for i = 1, 500000 do
  seed = (seed * 1103515245 + 12345) % 2147483648
  numbers[i] = seed
end
table.sort(numbers, function(a, b) return a < b end)
local sum = 0
for i, x in ipairs(numbers) do
  sum = (sum + i * (x % 1000)) % 1000000007
end
print(numbers[1] .. " " .. numbers[#numbers] .. " " .. sum)
