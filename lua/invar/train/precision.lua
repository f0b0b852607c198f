--- The option `precision` of functions that run a network: it stands in for the
-- network's own field of that name (see nn.module) while they run.

local precision = {}

--- The rule of the option.
precision.rule = {choices = {"float32", "bf16"}}

--- Sets the network's precision to what is asked for, if anything is; returns a
-- value to be closed that puts its own back.
function precision.set(net, asked)
  local before = rawget(net, "precision")
  if asked then net.precision = asked end
  return setmetatable({}, {__close = function() net.precision = before end})
end

return precision
