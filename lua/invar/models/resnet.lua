--- Residual networks for 32 x 32 images (He et al., 2015): a 3 x 3 stem, four
-- (or fewer) stages of blocks, global average pooling, a linear head. Names of
-- parameters as in PyTorch's usual CIFAR implementation.

local nn = require "invar.nn"

local function conv(inputs, outputs, kernel, stride)
  return nn.conv2d(inputs, outputs, kernel,
    {stride = stride, padding = kernel // 2, bias = false})
end

--- What is added to a block's output where that has another shape than the
-- input (else the input itself is).
local function shortcut(inputs, outputs, stride)
  if stride == 1 and inputs == outputs then return nil end
  return nn.sequential {conv(inputs, outputs, 1, stride), nn.batch_norm(outputs)}
end

local function basic_forward(self, x)
  local y = nn.conv_norm(self.conv1, self.bn1, x, {relu = true})
  local residual = self.shortcut and self.shortcut(x) or x
  return nn.conv_norm(self.conv2, self.bn2, y, {relu = true, residual = residual})
end

--- Two 3 x 3 convolutions.
local function basic_block(inputs, width, stride)
  return nn.module {
    kind = "basic_block",
    conv1 = conv(inputs, width, 3, stride),
    bn1 = nn.batch_norm(width),
    conv2 = conv(width, width, 3, 1),
    bn2 = nn.batch_norm(width),
    shortcut = shortcut(inputs, width, stride),
    forward = basic_forward,
    order = {"conv1", "bn1", "conv2", "bn2", "shortcut"},
  }
end

local function bottleneck_forward(self, x)
  local y = nn.conv_norm(self.conv1, self.bn1, x, {relu = true})
  y = nn.conv_norm(self.conv2, self.bn2, y, {relu = true})
  local residual = self.shortcut and self.shortcut(x) or x
  return nn.conv_norm(self.conv3, self.bn3, y, {relu = true, residual = residual})
end

--- 1 x 1 to `width` channels, 3 x 3 with the stride, 1 x 1 to four times as many.
local function bottleneck(inputs, width, stride)
  local outputs = 4 * width
  return nn.module {
    kind = "bottleneck",
    conv1 = conv(inputs, width, 1, 1),
    bn1 = nn.batch_norm(width),
    conv2 = conv(width, width, 3, stride),
    bn2 = nn.batch_norm(width),
    conv3 = conv(width, outputs, 1, 1),
    bn3 = nn.batch_norm(outputs),
    shortcut = shortcut(inputs, outputs, stride),
    forward = bottleneck_forward,
    order = {"conv1", "bn1", "conv2", "bn2", "conv3", "bn3", "shortcut"},
  }
end

local variants = {
  ["resnet-8"] = {block = basic_block, expansion = 1, blocks = {1, 1, 1}, widths = {16, 32, 64}},
  ["resnet-18"] = {block = basic_block, expansion = 1, blocks = {2, 2, 2, 2}},
  ["resnet-34"] = {block = basic_block, expansion = 1, blocks = {3, 4, 6, 3}},
  ["resnet-50"] = {block = bottleneck, expansion = 4, blocks = {3, 4, 6, 3}},
}

--- The blocks of one stage; the first one has the stride.
local function stage_of(variant, inputs, width, count, stride)
  local list = {variant.block(inputs, width, stride)}
  for i = 2, count do list[i] = variant.block(width * variant.expansion, width, 1) end
  return nn.sequential(list)
end

local function forward(self, x)
  local y = nn.conv_norm(self.conv1, self.bn1, x, {relu = true})
  for i = 1, self.stages do y = self["layer" .. i](y) end
  return self.linear(self.pool(y))
end

local function build(variant, settings)
  local widths = variant.widths or {64, 128, 256, 512}
  local channels = widths[1]
  local definition = {
    conv1 = conv(settings.channels, channels, 3, 1),
    bn1 = nn.batch_norm(channels),
    pool = nn.global_avg_pool(),
    stages = #variant.blocks,
    penultimate = "pool",
    head = "linear",
    forward = forward,
    order = {"conv1", "bn1"},
  }
  for stage, count in ipairs(variant.blocks) do
    local name = "layer" .. stage
    definition[name] = stage_of(variant, channels, widths[stage], count, stage > 1 and 2 or 1)
    table.insert(definition.order, name)
    channels = widths[stage] * variant.expansion
  end
  definition.linear = nn.linear(channels, settings.classes)
  table.move({"pool", "linear"}, 1, 2, #definition.order + 1, definition.order)
  return nn.module(definition)
end

local family = {}
for name, variant in pairs(variants) do
  family[name] = {build = function(settings) return build(variant, settings) end}
end
return family
