--- optim: optimisers, learning-rate schedules, gradient clipping, averages of
-- weights. Updates are those of PyTorch's optimisers of the same name.

local adam = require "invar.optim.adam"
local core = require "invar.core.optim"
local maker = require("invar.optim.optimizer").maker
local named = require "invar.optim.parameters"
local options = require "invar.options"

local optim = {
  schedule = require "invar.optim.schedule",
  ema = require "invar.optim.ema",
}

--- Stochastic gradient descent. Options: lr (0.01), momentum (0), nesterov
-- (false), weight_decay (0, added to the gradient), groups: a list of settings
-- for some parameters, {match = a Lua pattern or several, found in the names of
-- parameters, and any of the settings}. A parameter belongs to the first group
-- that it matches.
optim.sgd = maker(require "invar.optim.sgd")

--- Adam (Kingma and Ba, 2015). Options: lr (1e-3), betas ({0.9, 0.999}), eps
-- (1e-8), weight_decay (0, added to the gradient), groups (as optim.sgd).
optim.adam = maker(adam.adam)

--- AdamW (Loshchilov and Hutter, 2019): as Adam, but weights shrink by lr x
-- weight_decay (0.01) beside the step.
optim.adamw = maker(adam.adamw)

--- Scales all gradients together so that their norm is at most `largest`;
-- returns the norm they had. Gradients that are not finite are left alone.
function optim.clip_gradients(net, largest)
  local list = named("optim.clip_gradients", net)
  options.argument("optim.clip_gradients", 2, largest, "number", {above = 0})
  local sum = 0
  for _, item in ipairs(list) do
    if item.tensor:requires_grad() then sum = sum + core.sum_of_squares(item.tensor) end
  end
  local norm = math.sqrt(sum)
  local factor = largest / (norm + 1e-6)
  if factor < 1 and norm < math.huge then
    for _, item in ipairs(list) do
      if item.tensor:requires_grad() then core.scale_gradient(item.tensor, factor) end
    end
  end
  return norm
end

return optim
