--- Training and transfer: fit, evaluate, features, linear_probe, finetune. Each is a
-- short Lua file to read and to copy; the arithmetic underneath is C.

local fit = require "invar.train.fit"
local evaluate = require "invar.train.evaluate"

return {
  fit = fit.fit,
  last_log = fit.last_log,
  evaluate = evaluate.evaluate,
  features = require "invar.train.features",
  linear_probe = require "invar.train.probe",
  finetune = require "invar.train.finetune",
  minimise = require "invar.train.lbfgs",
}
