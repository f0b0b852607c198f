--- Residual networks for 32 x 32 images (He et al., 2015): a 3 x 3 stem, four
-- (or fewer) stages of basic blocks, global average pooling, a linear head.
-- Names of parameters as in PyTorch's usual CIFAR implementation.

local nn = require "invar.nn"

local variants = {
  ["resnet-8"] = {blocks = {1, 1, 1}, widths = {16, 32, 64}},
  ["resnet-18"] = {blocks = {2, 2, 2, 2}, widths = {64, 128, 256, 512}},
  ["resnet-34"] = {blocks = {3, 4, 6, 3}, widths = {64, 128, 256, 512}},
}

local function conv(inputs, outputs, kernel, stride)
  return nn.conv2d(inputs, outputs, kernel,
    {stride = stride, padding = kernel // 2, bias = false})
end

local function block_forward(self, x)
  local y = self.bn1(self.conv1(x), {relu = true})
  local residual = self.shortcut and self.shortcut(x) or x
  return self.bn2(self.conv2(y), {relu = true, residual = residual})
end

--- Two 3 x 3 convolutions; the shortcut is a 1 x 1 convolution where the
-- shape changes.
local function basic_block(inputs, width, stride)
  local shortcut
  if stride ~= 1 or inputs ~= width then
    shortcut = nn.sequential {conv(inputs, width, 1, stride), nn.batch_norm(width)}
  end
  return nn.module {
    kind = "basic_block",
    conv1 = conv(inputs, width, 3, stride),
    bn1 = nn.batch_norm(width),
    conv2 = conv(width, width, 3, 1),
    bn2 = nn.batch_norm(width),
    shortcut = shortcut,
    forward = block_forward,
    order = {"conv1", "bn1", "conv2", "bn2", "shortcut"},
  }
end

local function forward(self, x)
  local y = self.bn1(self.conv1(x), {relu = true})
  for i = 1, self.stages do y = self["layer" .. i](y) end
  return self.linear(self.pool(y))
end

local function build(variant, classes)
  local width = variant.widths[1]
  local definition = {
    conv1 = conv(3, width, 3, 1),
    bn1 = nn.batch_norm(width),
    pool = nn.global_avg_pool(),
    linear = nn.linear(variant.widths[#variant.widths], classes),
    stages = #variant.blocks,
    penultimate = "pool",
    forward = forward,
    order = {"conv1", "bn1"},
  }
  for stage, blocks in ipairs(variant.blocks) do
    local list = {}
    for i = 1, blocks do
      list[i] = basic_block(width, variant.widths[stage], stage > 1 and i == 1 and 2 or 1)
      width = variant.widths[stage]
    end
    definition["layer" .. stage] = nn.sequential(list)
    table.insert(definition.order, "layer" .. stage)
  end
  table.insert(definition.order, "pool")
  table.insert(definition.order, "linear")
  return nn.module(definition)
end

local family = {}
for name, variant in pairs(variants) do
  family[name] = {build = function(settings) return build(variant, settings.classes) end}
end
return family
