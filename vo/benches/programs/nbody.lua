local sqrt = math.sqrt
local solarMass = 4 * math.pi * math.pi
local daysPerYear = 365.24

local function system()
  return {
    { x = 0, y = 0, z = 0, vx = 0, vy = 0, vz = 0, mass = solarMass },
    {
      x = 4.84143144246472090, y = -1.16032004402742839, z = -0.103622044471123109,
      vx = 0.00166007664274403694 * daysPerYear, vy = 0.00769901118419740425 * daysPerYear,
      vz = -0.0000690460016972063023 * daysPerYear, mass = 0.000954791938424326609 * solarMass,
    },
    {
      x = 8.34336671824457987, y = 4.12479856412430479, z = -0.403523417114321381,
      vx = -0.00276742510726411021 * daysPerYear, vy = 0.00499852801234917238 * daysPerYear,
      vz = 0.0000230417297573763929 * daysPerYear, mass = 0.000285885980666130812 * solarMass,
    },
    {
      x = 12.8943695621391310, y = -15.1111514016986312, z = -0.223307578892655734,
      vx = 0.00296460137564761618 * daysPerYear, vy = 0.00237847173959480950 * daysPerYear,
      vz = -0.0000296589568540237556 * daysPerYear, mass = 0.0000436624404335156298 * solarMass,
    },
    {
      x = 15.3796971148509165, y = -25.9193146099879641, z = 0.179258772950371181,
      vx = 0.00268067772490389322 * daysPerYear, vy = 0.00162824170038242295 * daysPerYear,
      vz = -0.0000951592254519715870 * daysPerYear, mass = 0.0000515138902046611451 * solarMass,
    },
  }
end

local function advance(bodies, dt)
  local count = #bodies
  for i = 1, count do
    local a = bodies[i]
    for j = i + 1, count do
      local b = bodies[j]
      local dx, dy, dz = a.x - b.x, a.y - b.y, a.z - b.z
      local squared = dx * dx + dy * dy + dz * dz
      local mag = dt / (squared * sqrt(squared))
      a.vx = a.vx - dx * b.mass * mag
      a.vy = a.vy - dy * b.mass * mag
      a.vz = a.vz - dz * b.mass * mag
      b.vx = b.vx + dx * a.mass * mag
      b.vy = b.vy + dy * a.mass * mag
      b.vz = b.vz + dz * a.mass * mag
    end
  end
  for i = 1, count do
    local b = bodies[i]
    b.x = b.x + dt * b.vx
    b.y = b.y + dt * b.vy
    b.z = b.z + dt * b.vz
  end
end

local function energy(bodies)
  local e = 0.0
  for i = 1, #bodies do
    local a = bodies[i]
    e = e + 0.5 * a.mass * (a.vx * a.vx + a.vy * a.vy + a.vz * a.vz)
    for j = i + 1, #bodies do
      local b = bodies[j]
      local dx, dy, dz = a.x - b.x, a.y - b.y, a.z - b.z
      e = e - a.mass * b.mass / sqrt(dx * dx + dy * dy + dz * dz)
    end
  end
  return e
end

local function offsetMomentum(bodies)
  local px, py, pz = 0.0, 0.0, 0.0
  for _, b in ipairs(bodies) do
    px = px + b.vx * b.mass
    py = py + b.vy * b.mass
    pz = pz + b.vz * b.mass
  end
  local sun = bodies[1]
  sun.vx = -px / solarMass
  sun.vy = -py / solarMass
  sun.vz = -pz / solarMass
end

local bodies = system()
offsetMomentum(bodies)
print(string.format("%.9f", energy(bodies)))
for _ = 1, 200000 do
  advance(bodies, 0.01)
end
print(string.format("%.9f", energy(bodies)))
