-- Tensors. tensor{...} makes one from nested lists, as tensor.new does.
local tensor = require "invar.core.tensor"

return setmetatable(tensor, {
  __call = function(_, ...) return tensor.new(...) end,
})
