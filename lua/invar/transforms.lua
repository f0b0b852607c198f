--- The transformations of Transforms-2D, sequences of them, and new ones
-- written in Lua. transforms.NAME(options) makes one.

require "invar.image"
require "invar.rng"
local core = require "invar.core.transforms"

local transforms = {}
for name, value in pairs(core) do transforms[name] = value end

--- Defines a transformation in Lua; from then on it is transforms.NAME and
-- known by name everywhere.
function transforms.define(definition)
  local t = core.define(definition)
  transforms[t:name()] = function(options) return core.create(t:name(), options) end
  return t
end

return transforms
