--- Axes: ranges with some air, and ticks at round numbers.

local axis = {}

-- 1, 2 or 5 times a power of ten, about `high - low` divided by `count`.
local function round_step(low, high, count)
  local raw = (high - low) / count
  local power = 10.0 ^ math.floor(math.log(raw, 10))
  for _, factor in ipairs {1, 2, 5} do
    if raw <= factor * power * 1.0001 then return factor * power end
  end
  return 10 * power
end

local function short(value)
  for _, unit in ipairs {{1e6, "M"}, {1e3, "k"}} do
    if math.abs(value) >= unit[1] and value % (unit[1] / 10) == 0 then
      return ("%g"):format(value / unit[1]) .. unit[2]
    end
  end
  return ("%.6g"):format(value)
end

local function tick(value, step)
  if math.abs(value) >= 1000 then return {value, short(value)} end
  local decimals = math.max(0, math.ceil(-math.log(step, 10) - 1e-9))
  if decimals > 6 then return {value, ("%.3g"):format(value)} end
  return {value, ("%." .. decimals .. "f"):format(value)}
end

local function linear_ticks(low, high, count)
  local step, ticks = round_step(low, high, count), {}
  local first = math.ceil(low / step - 1e-9)
  for i = first, first + 2 * count do
    if i * step > high + 1e-9 * step then break end
    ticks[#ticks + 1] = tick(i == 0 and 0 or i * step, step)
  end
  return ticks
end

-- Powers of ten, or 1, 2, 5 of each where there are few.
local function log_ticks(low, high)
  local decades = math.log(high / low, 10)
  local factors = decades < 2.5 and {1, 2, 5} or {1}
  local stride = math.max(1, math.ceil(decades / 8))
  local ticks = {}
  for power = math.floor(math.log(low, 10)), math.ceil(math.log(high, 10)), stride do
    for _, factor in ipairs(factors) do
      local value = factor * 10.0 ^ power
      if value >= low * 0.999 and value <= high * 1.001 then
        ticks[#ticks + 1] = {value, short(value)}
      end
    end
  end
  return ticks
end

--- Where a value is on the axis, 0 to 1 within the range.
function axis.place(range, value)
  if range.log then return math.log(value / range.low) / math.log(range.high / range.low) end
  return (value - range.low) / (range.high - range.low)
end

-- The values themselves, where they are few and far enough apart for labels.
local function value_ticks(range, values)
  local sorted, ticks, last = table.move(values, 1, #values, 1, {}), {}, nil
  table.sort(sorted)
  for _, value in ipairs(sorted) do
    if value ~= last then
      if last and axis.place(range, value) - axis.place(range, last) < 1 / 10 then return nil end
      ticks[#ticks + 1] = {value, short(value)}
      if #ticks > 12 then return nil end
      last = value
    end
  end
  return #ticks > 1 and ticks or nil
end

local function extremes(values, log)
  local low, high = math.huge, -math.huge
  for _, value in ipairs(values) do
    if value - value == 0 and (not log or value > 0) then
      low, high = math.min(low, value), math.max(high, value)
    end
  end
  if low > high then return log and 1 or 0, log and 10 or 1 end
  return low, high
end

--- The axis for `values`. Options: low, high (ends that are given); log; air
-- (0.05: the share of the range left free at each end); count (6: about how many
-- ticks); at_values (ticks at the values themselves where they fit).
-- Gives {low, high, log, ticks = {{value, label}, ...}}, low < high.
function axis.new(values, given)
  local low, high = extremes(values, given.log)
  local range = {log = given.log}
  if given.log then
    local air = (high / low) ^ (given.air or 0.05)
    if air == 1 then air = 2 end
    range.low, range.high = given.low or low / air, given.high or high * air
    if range.high <= range.low then range.high = 10 * range.low end
  else
    local scale = math.max(math.abs(low), math.abs(high))
    local air = (high - low) * (given.air or 0.05)
    if air <= 1e-9 * scale or air == 0 then air = scale > 0 and 0.1 * scale or 1 end
    range.low, range.high = given.low or low - air, given.high or high + air
    if range.high <= range.low then
      if given.high then range.low = range.high - 1 else range.high = range.low + 1 end
    end
  end
  range.ticks = given.at_values and value_ticks(range, values)
    or (given.log and log_ticks(range.low, range.high)
      or linear_ticks(range.low, range.high, given.count or 6))
  return range
end

--- The axis of names: positions 1 to n.
function axis.categories(names, air)
  local ticks = {}
  for i, name in ipairs(names) do ticks[i] = {i, name} end
  return {low = 1 - air, high = #names + air, ticks = ticks, named = true}
end

return axis
