--- Stochastic gradient descent, with momentum (Sutskever et al., 2013).

local core = require "invar.core.optim"

return {
  name = "sgd",
  defaults = {lr = 0.01, momentum = 0.0, nesterov = false, weight_decay = 0.0},
  rules = {lr = {min = 0}, momentum = {min = 0}, weight_decay = {min = 0}},
  check = function(o)
    if o.nesterov and o.momentum == 0 then return "option nesterov needs momentum" end
  end,
  kept = function(o) return o.momentum > 0 and {"velocity"} or {} end,
  update = function(parameters, kept, _, o)
    core.sgd_step(parameters, kept.velocity, o.lr, o.momentum, o.weight_decay, o.nesterov == true)
  end,
}
