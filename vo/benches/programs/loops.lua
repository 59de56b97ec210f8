local n = 340
local sum = 0
for i = 0, n - 1 do
  for j = 0, n - 1 do
    for k = 0, n - 1 do
      sum = sum + (i * j - k)
    end
  end
end
print(sum)
