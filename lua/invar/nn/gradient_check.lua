--- nn.gradient_check: gradients against finite differences.

local options = require "invar.options"

local function gradient_check() return options end

return gradient_check
