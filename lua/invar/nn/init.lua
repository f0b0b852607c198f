--- nn: networks. Layers are modules (tables with parameters, children and a
-- `forward`); losses and nn.functional are functions of tensors; all of them
-- are recorded on the tape, so that loss:backward() finds the gradients.

local core = require "invar.core.nn"
local layers = require "invar.nn.layers"
local losses = require "invar.nn.losses"
local module = require "invar.nn.module"
require "invar.nn.features" -- and further methods of modules
require "invar.nn.state"
require "invar.nn.summary"
require "invar.nn.transfer"

local nn = {
  module = module.new,
  no_grad = module.no_grad,
  cross_entropy = core.cross_entropy,
  attention = core.attention,
  functional = core.functional,
  gradient_check = require "invar.nn.gradient_check",
}
for name, make in pairs(layers) do nn[name] = make end
for name, loss in pairs(losses) do nn[name] = loss end

return nn
