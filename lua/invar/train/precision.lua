--- In which precision a network runs: with "bf16" its input is bfloat16, and
-- layers and tape follow; weights, their gradients and losses are float32.

local options = require "invar.options"

local precision = {}

--- The rule of the option `precision`.
precision.rule = {choices = {"float32", "bf16"}}

--- "float32" or "bf16": what is asked for, or the network's own field.
function precision.of(net, asked)
  local which = asked or rawget(net, "precision") or "float32"
  if which ~= "float32" and which ~= "bf16" then
    error(('the network\'s precision is %s, "float32" or "bf16" expected'):format(
      options.describe(which)), 0)
  end
  return which
end

--- A function that makes a batch the network's input.
function precision.input(net, asked)
  if precision.of(net, asked) == "float32" then return function(x) return x end end
  return function(x) return x:to "bfloat16" end
end

--- A function from a batch to float32 logits.
function precision.forward(net, asked)
  if precision.of(net, asked) == "float32" then return net end
  return function(x) return net(x:to "bfloat16"):to "float32" end
end

return precision
