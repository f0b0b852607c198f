--- VGG networks for 32 x 32 images (Simonyan and Zisserman, 2015) with batch
-- norm: 3 x 3 convolutions, halved images, one linear layer. Names of
-- parameters as in PyTorch's usual CIFAR implementation, whose numbers count
-- norms, ReLUs and pools too.

local nn = require "invar.nn"

--- Channels of convolutions, and "pool" for a maximum over 2 x 2 pixels.
local plans = {
  ["vgg-11"] = {64, "pool", 128, "pool", 256, 256, "pool", 512, 512, "pool", 512, 512, "pool"},
}

local function body(plan, channels)
  local list = {}
  local function add(layer) list[#list + 1] = layer end
  for _, step in ipairs(plan) do
    if step == "pool" then
      add(nn.max_pool(2))
    else
      add(nn.conv2d(channels, step, 3, {padding = 1}))
      add(nn.batch_norm(step))
      add(nn.relu())
      channels = step
    end
  end
  return nn.sequential(list), channels
end

local function forward(self, x) return self.classifier(self.flatten(self.body(x))) end

local function build(plan, settings)
  local layers, channels = body(plan, settings.channels)
  return nn.module {
    body = layers,
    flatten = nn.flatten(),
    classifier = nn.linear(channels, settings.classes),
    penultimate = "flatten",
    head = "classifier",
    forward = forward,
    order = {"body", "flatten", "classifier"},
    names = {body = "features"}, -- which is a method of modules
  }
end

local family = {}
for name, plan in pairs(plans) do
  family[name] = {build = function(settings) return build(plan, settings) end}
end
return family
