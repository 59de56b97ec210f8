local Plain = {}
Plain.__index = Plain

function Plain.new()
  return setmetatable({ total = 0 }, Plain)
end

function Plain:deposit(amount)
  self.total = self.total + amount
end

function Plain:balance()
  return self.total
end

-- Takes no more than its limit.
local Limited = setmetatable({}, { __index = Plain })
Limited.__index = Limited

function Limited.new(limit)
  return setmetatable({ total = 0, limit = limit }, Limited)
end

function Limited:deposit(amount)
  if self.total + amount <= self.limit then
    Plain.deposit(self, amount)
  end
end

local accounts = { Plain.new(), Limited.new(1000000), Plain.new() }
local sum = 0
for i = 0, 1999999 do
  for _, account in ipairs(accounts) do
    account:deposit(i % 7)
    sum = sum + account:balance() % 3
  end
end
print(sum .. " " .. accounts[1]:balance() .. " " .. accounts[2]:balance())
