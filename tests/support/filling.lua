-- Weights and inputs that PyTorch's side (scripts/make_model_fixtures.py)
-- computes by the same formula, so that they need not be stored.
local filling = {}

local invar = require "invar"
local tensor = invar.tensor

local PERIOD, BATCH = 10007, 8
local LONGEST = 512 * 512 * 9 -- the largest weight of all networks

-- The table of numbers in U(-1, 1), over and over.
local tape
do
  local values, state = {}, 1
  for i = 1, PERIOD do
    state = (state * 1103515245 + 12345) % (1 << 31)
    values[i] = state / (1 << 30) - 1
  end
  local turns = LONGEST // PERIOD + 2
  tape = tensor(values):reshape(1, PERIOD):expand(turns, PERIOD):reshape(turns * PERIOD)
end

--- `count` of the numbers, from position `start` on.
function filling.values(count, start) return tape[{{start + 1, start + count}}] end

local function start_of(name)
  local sum = 0
  for i = 1, #name do sum = sum + i * name:byte(i) end
  return sum % PERIOD
end

--- Fills all tensors of a network by their names; returns the network.
function filling.fill(net)
  local state, names = net:state_dict()
  for _, name in ipairs(names) do
    local t = state[name]
    local values = filling.values(t:count(), start_of(name)):reshape(t:shape())
    local is_scale = name:match "running_var$" or (t:dim() == 1 and name:match "weight$")
    if is_scale then
      values = values / 4 + 1
    elseif t:dim() == 1 then
      values = values / 8
    elseif t:dim() ~= 3 then -- not the tokens of a transformer
      values = values / math.sqrt(t:count() / t:size(1))
    end
    invar.nn.no_grad(function() t:copy_(values) end)
  end
  return net
end

--- Most ReLUs open, so that rounding opens and closes few.
function filling.calm(net)
  for _, item in ipairs(net:named_modules()) do
    local module = item.module
    if module.kind == "batch_norm" then
      invar.nn.no_grad(function()
        module.weight:mul_(0.25)
        module.bias:add_(1)
      end)
    end
  end
  return net
end

--- Eight images of growing contrast, and their labels.
function filling.sample(start)
  local x = filling.values(BATCH * 32 * 32 * 3, start):reshape(BATCH, 32, 32, 3)
  local contrast, labels = {}, {}
  for i = 1, BATCH do
    contrast[i] = i / 2
    labels[i] = (start + 3 * (i - 1)) % 10 + 1
  end
  return x * tensor(contrast):reshape(BATCH, 1, 1, 1), tensor(labels):to "int32"
end

return filling
