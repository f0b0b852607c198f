--- The library: `local invar = require "invar"`. Its modules (tensor, rng,
-- image, transforms, data, nn, optim, models, train, measure, plot) are loaded
-- at first use, so that the program starts fast.

local base = require "invar.core.base"

local invar = {
  clock = base.clock,
  threads = base.threads,
  memory = base.memory,
  progress = require("invar.core.progress").progress,
}

local modules = {"tensor", "rng", "image", "transforms", "data", "nn", "optim",
  "models", "train", "measure", "plot"}
local is_module = {}
for _, name in ipairs(modules) do is_module[name] = true end

invar.modules = modules

return setmetatable(invar, {
  __index = function(self, name)
    if not is_module[name] then return nil end
    local module = require("invar." .. name)
    rawset(self, name, module)
    return module
  end,
})
