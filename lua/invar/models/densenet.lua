--- Densely connected networks for 32 x 32 images (Huang et al., 2017): every
-- layer sees the outputs of all layers before it in its block. Norm and ReLU
-- come before the convolution, new channels before the old ones. Names of
-- parameters as in PyTorch's usual CIFAR implementation.

local nn = require "invar.nn"
local tensor = require "invar.tensor"

local CHANNELS = 4 -- the dimension of a batch along which layers add theirs

local function conv(inputs, outputs, kernel)
  return nn.conv2d(inputs, outputs, kernel, {padding = kernel // 2, bias = false})
end

local function layer_forward(self, x)
  local y = nn.conv_norm(self.conv1, self.bn2, self.bn1(x, {relu = true}), {relu = true})
  return tensor.cat({self.conv2(y), x}, CHANNELS)
end

--- `growth` more channels, by way of four times as many.
local function dense_layer(inputs, growth)
  local width = 4 * growth
  return nn.module {
    kind = "dense_layer",
    bn1 = nn.batch_norm(inputs),
    conv1 = conv(inputs, width, 1),
    bn2 = nn.batch_norm(width),
    conv2 = conv(width, growth, 3),
    forward = layer_forward,
    order = {"bn1", "conv1", "bn2", "conv2"},
  }
end

local function dense_block(inputs, growth, count)
  local list = {}
  for i = 1, count do list[i] = dense_layer(inputs + (i - 1) * growth, growth) end
  return nn.sequential(list)
end

local function transition_forward(self, x)
  return self.pool(self.conv(self.bn(x, {relu = true})))
end

--- Between blocks: fewer channels, half the height and width.
local function transition(inputs, outputs)
  return nn.module {
    kind = "transition",
    bn = nn.batch_norm(inputs),
    conv = conv(inputs, outputs, 1),
    pool = nn.avg_pool(2),
    forward = transition_forward,
    order = {"bn", "conv", "pool"},
  }
end

local function forward(self, x)
  local y = self.conv1(x)
  for i = 1, self.blocks - 1 do y = self["trans" .. i](self["dense" .. i](y)) end
  -- The representation is that of the last norm, before its ReLU.
  y = self.bn(self["dense" .. self.blocks](y))
  return self.linear(self.pool(self.relu(y)))
end

local function build(blocks, growth, settings)
  local channels = 2 * growth
  local definition = {
    conv1 = conv(settings.channels, channels, 3),
    relu = nn.relu(),
    pool = nn.global_avg_pool(),
    blocks = #blocks,
    penultimate = "bn",
    head = "linear",
    forward = forward,
    order = {"conv1"},
  }
  local function add(name, member)
    definition[name] = member
    table.insert(definition.order, name)
  end
  for i, count in ipairs(blocks) do
    add("dense" .. i, dense_block(channels, growth, count))
    channels = channels + count * growth
    if i < #blocks then
      add("trans" .. i, transition(channels, channels // 2))
      channels = channels // 2
    end
  end
  add("bn", nn.batch_norm(channels))
  table.move({"relu", "pool"}, 1, 2, #definition.order + 1, definition.order)
  add("linear", nn.linear(channels, settings.classes))
  return nn.module(definition)
end

return {
  ["densenet-121"] = {
    build = function(settings) return build({6, 12, 24, 16}, 12, settings) end,
  },
}
