--- nn.gradient_check: gradients of a function against central differences.

local core = require "invar.core.nn"
local options = require "invar.options"
local rng = require "invar.rng"
local tensor = require "invar.tensor"

-- Step and tolerance by dtype. With two steps and Richardson's extrapolation
-- the truncation error is of the order of step^4, rounding of epsilon / step.
local precision = {
  float32 = {step = 2e-2, tolerance = 4e-3},
  float64 = {step = 1e-3, tolerance = 1e-6},
}

-- Weights of the elements of f's result, whose weighted sum is differentiated:
-- equal ones would hide gradients that are in the wrong place.
local function weights_like(y, seed)
  return tensor.rand(rng.new(seed), y:shape(), {low = 0.5, high = 1.5}):to(y:dtype())
end

local function is_checked(t)
  return t:dtype() == "float32" or t:dtype() == "float64"
end

-- Copies that are leaves, and their elements as vectors of the same memory.
local function leaves_of(inputs)
  local leaves, flat = {}, {}
  for i, input in ipairs(inputs) do
    options.argument("nn.gradient_check", 2, input, "tensor")
    if is_checked(input) then
      leaves[i] = input:detach():clone():requires_grad_()
      flat[i] = leaves[i]:detach():reshape(-1)
    else
      leaves[i] = input
    end
  end
  return leaves, flat
end

local function numeric(loss, leaves, elements, k, step)
  local value = elements[k]:item()
  local function at(distance)
    elements[k] = value + distance
    local high = loss(leaves):item()
    elements[k] = value - distance
    return (high - loss(leaves):item()) / (2 * distance)
  end
  local coarse, fine = at(step), at(step / 2)
  elements[k] = value
  return (4 * fine - coarse) / 3
end

-- The elements to look at: all, or some drawn at random.
local function picks(stream, n, most)
  if n <= most then
    local all = {}
    for k = 1, n do all[k] = k end
    return all
  end
  return stream:choice(n, most)
end

local function check_input(loss, leaves, i, elements, settings, stream)
  local limits = precision[leaves[i]:dtype()]
  local gradient = leaves[i]:grad()
  local values = gradient and gradient:reshape(-1)
  local scale = gradient and gradient:abs():max():item() or 0
  local worst = {error = 0}
  for _, k in ipairs(picks(stream, #elements, settings.samples)) do
    local found = values and values[k]:item() or 0
    local wanted = numeric(loss, leaves, elements, k, settings.step or limits.step)
    local wrong = math.abs(found - wanted) / math.max(scale, math.abs(wanted), 1e-3)
    if wrong > worst.error or wrong ~= wrong then
      worst = {error = wrong, input = i, element = k, found = found, wanted = wanted}
    end
  end
  worst.passed = worst.error <= (settings.tolerance or limits.tolerance) -- not NaN
  return worst
end

--- Compares the gradients that backward gives for f(inputs...) with central
-- differences. `f` maps tensors to a tensor of any shape and must give the same
-- result each time; `inputs` is a list of tensors, of which the float32 and
-- float64 ones are checked. Options: samples (32) elements of each input that
-- are tried, step and tolerance (by dtype: float64 1e-3 and 1e-6, float32 2e-2
-- and 4e-3; errors are relative to the largest gradient of the input), seed.
--
-- Returns whether all agree, and the worst case: {error, input, element, found
-- (by backward), wanted (by differences)}.
local function gradient_check(f, inputs, given)
  options.argument("nn.gradient_check", 1, f, "function")
  options.argument("nn.gradient_check", 2, inputs, "table")
  local settings = options.check("nn.gradient_check", given, {samples = 32, seed = 1},
    {samples = {min = 1}, step = {type = "number", above = 0},
      tolerance = {type = "number", above = 0}})
  local leaves, flat = leaves_of(inputs)
  local stream = rng.new(settings.seed):at("gradient check")
  local y = f(table.unpack(leaves))
  local weights = weights_like(y, settings.seed)
  y:backward(weights)
  weights = weights:to("float64")
  local function loss(points)
    return (f(table.unpack(points)):to("float64") * weights):sum()
  end
  local before = core.recording(false)
  local worst = {error = 0, passed = true}
  local ok, problem = pcall(function()
    for i in pairs(flat) do
      local one = check_input(loss, leaves, i, flat[i], settings, stream)
      if not one.passed or one.error > worst.error and worst.passed then worst = one end
    end
  end)
  core.recording(before)
  if not ok then error(problem, 0) end
  return worst.passed, worst
end

return gradient_check
