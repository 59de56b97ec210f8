local function a(i, j)
  return 1 / ((i + j) * (i + j + 1) // 2 + i + 1)
end

local function times(v, u)
  local n = #u
  for i = 1, n do
    local sum = 0.0
    for j = 1, n do
      sum = sum + a(i - 1, j - 1) * u[j]
    end
    v[i] = sum
  end
end

local function timesTransposed(v, u)
  local n = #u
  for i = 1, n do
    local sum = 0.0
    for j = 1, n do
      sum = sum + a(j - 1, i - 1) * u[j]
    end
    v[i] = sum
  end
end

local function timesBoth(v, u, t)
  times(t, u)
  timesTransposed(v, t)
end

local n = 500
local u, v, t = {}, {}, {}
for i = 1, n do
  u[i] = 1.0
end
for _ = 1, 10 do
  timesBoth(v, u, t)
  timesBoth(u, v, t)
end
local vBv, vv = 0.0, 0.0
for i, x in ipairs(v) do
  vBv = vBv + u[i] * x
  vv = vv + x * x
end
print(string.format("%.9f", math.sqrt(vBv / vv)))
