--- train.minimise: L-BFGS (Liu and Nocedal 1989) with a line search for the
-- weak Wolfe conditions by bisection (Lewis and Overton 2013), for smooth
-- functions of one tensor with all data at once.

local options = require "invar.options"

local defaults = {memory = 10, iterations = 500, tolerance = 1e-6}
local rules = {memory = {min = 1}, iterations = {min = 0}, tolerance = {min = 0}}

local function dot(a, b) return (a * b):sum():item() end

--- A step along `direction` that satisfies the weak Wolfe conditions:
-- returns step, value, gradient, point; nil where there is none.
local function line_search(f, x, value, gradient, direction, step)
  local sufficient, curvature = 1e-4, 0.9
  local slope = dot(gradient, direction)
  local low, high = 0, math.huge
  for _ = 1, 50 do
    local point = x + direction * step
    local new_value, new_gradient = f(point)
    if new_value ~= new_value or new_value > value + sufficient * step * slope then
      high = step
    elseif dot(new_gradient, direction) < curvature * slope then
      low = step
    else
      return step, new_value, new_gradient, point
    end
    step = high < math.huge and (low + high) / 2 or 2 * low
  end
  return nil
end

--- The quasi-Newton direction from the last steps and gradient changes.
local function two_loops(gradient, history)
  local direction = -gradient
  local alphas = {}
  for i = #history, 1, -1 do
    local h = history[i]
    alphas[i] = h.rho * dot(h.step, direction)
    direction = direction - h.change * alphas[i]
  end
  local last = history[#history]
  if last then direction = direction * (1 / (last.rho * dot(last.change, last.change))) end
  for i, h in ipairs(history) do
    local beta = h.rho * dot(h.change, direction)
    direction = direction + h.step * (alphas[i] - beta)
  end
  return direction
end

--- Minimises f from x (a float64 tensor is best). f(x) returns value (number)
-- and gradient (tensor of x's shape). Options: memory (10 pairs), iterations
-- (at most 500), tolerance (1e-6: the largest entry of the gradient at which
-- it has converged). Returns the minimiser and a table {value, iterations,
-- gradient (largest entry), converged}.
local function minimise(f, x, given)
  options.argument("train.minimise", 1, f, "function")
  options.argument("train.minimise", 2, x, "tensor")
  local settings = options.check("train.minimise", given, defaults, rules)
  local value, gradient = f(x)
  local history, iteration = {}, 0
  local largest = gradient:abs():max():item()
  while largest > settings.tolerance and iteration < settings.iterations do
    local direction = two_loops(gradient, history)
    local first = #history == 0 and math.min(1, 1 / largest) or 1
    local step, new_value, new_gradient, point =
      line_search(f, x, value, gradient, direction, first)
    if not step then
      if #history == 0 then break end
      history = {} -- rounding has spoilt the pairs: start again from the gradient
    else
      local pair = {step = point - x, change = new_gradient - gradient}
      local curvature = dot(pair.step, pair.change)
      if curvature > 0 then
        pair.rho = 1 / curvature
        history[#history + 1] = pair
        if #history > settings.memory then table.remove(history, 1) end
      end
      x, value, gradient = point, new_value, new_gradient
      largest = gradient:abs():max():item()
      iteration = iteration + 1
    end
  end
  return x, {value = value, iterations = iteration, gradient = largest,
    converged = largest <= settings.tolerance}
end

return minimise
