--- Schedules of the learning rate.

local options = require "invar.options"

-- The factor at `done` (0 at the first step, 1 after the last) of the steps
-- that follow the warm-up.
local shapes = {
  constant = function() return 1 end,
  step = function(done, o)
    local passed = 0
    for _, at in ipairs(o.at) do
      if done >= at - 1e-12 then passed = passed + 1 end
    end
    return o.factor ^ passed
  end,
  linear = function(done, o) return 1 + (o.final - 1) * done end,
  cosine = function(done, o)
    return o.final + (1 - o.final) * (1 + math.cos(math.pi * done)) / 2
  end,
}

local own_options = {
  constant = {},
  step = {at = {0.5, 0.75}, factor = 0.1},
  linear = {final = 0.0},
  cosine = {final = 0.0},
}

local function check_fractions(list)
  for _, at in ipairs(list) do
    if type(at) ~= "number" or not (at >= 0 and at <= 1) then
      error("optim.schedule: option at: fractions of the steps in 0 .. 1 expected", 3)
    end
  end
end

--- A function step -> factor of the learning rate, step = 1 .. total (steps or
-- epochs alike). `given` is {kind, options}:
--   {"constant"}  1
--   {"step", at={0.5, 0.75}, factor=0.1}  times `factor` at each of these
--       fractions of the steps
--   {"linear", final=0}  from 1 toward `final`
--   {"cosine", final=0}  the same along half a cosine (Loshchilov, Hutter 2017)
-- Options of all: warmup (0), the number of steps in which the factor first
-- grows linearly (step / warmup) or is warmup_factor, where that is given; over,
-- the number of steps after them that the shape covers (all), which may be more
-- than are made.
local function schedule(given, total)
  options.argument("optim.schedule", 1, given, "table")
  if total ~= nil then options.argument("optim.schedule", 2, total, "number", {min = 0}) end
  local kind = options.argument("optim.schedule", 1, given[1], "string",
    {choices = {"constant", "step", "linear", "cosine"}})
  local settings, defaults = {}, {warmup = 0.0}
  for key, value in pairs(given) do if key ~= 1 then settings[key] = value end end
  for key, value in pairs(own_options[kind]) do defaults[key] = value end
  local o = options.check("optim.schedule", settings, defaults,
    {warmup = {min = 0}, factor = {min = 0}, final = {min = 0},
      warmup_factor = {type = "number", min = 0}, over = {type = "number", min = 1}})
  if o.at then check_fractions(o.at) end
  if kind ~= "constant" and not total then
    error(("optim.schedule: %q needs the number of steps"):format(kind), 2)
  end
  local shape, rest = shapes[kind], o.over or (total or 0) - o.warmup
  return function(step)
    if step <= o.warmup then return o.warmup_factor or step / o.warmup end
    return shape(rest > 0 and math.min((step - 1 - o.warmup) / rest, 1) or 0, o)
  end
end

return schedule
