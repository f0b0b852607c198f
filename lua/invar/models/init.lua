--- models: networks by name.

local base = require "invar.core.base"
local module = require "invar.nn.module"
local options = require "invar.options"

local models = {}

-- Each family returns name -> build(settings), and the options it takes.
local families = {}
for _, name in ipairs {"resnet", "densenet", "vgg", "vit", "mlp"} do
  families[#families + 1] = require("invar.models." .. name)
end

local builders = {}
for _, family in ipairs(families) do
  for name, build in pairs(family) do builders[name] = build end
end

--- The names of all models, sorted.
function models.names()
  local names = {}
  for name in pairs(builders) do names[#names + 1] = name end
  table.sort(names)
  return names
end

--- Makes a network in training mode, its parameters drawn from `seed` (1):
-- parameter NAME from rng.new(seed):at(NAME). Options of all models: classes
-- (10), channels of the images (3), seed, precision ("float32", or "bf16": see
-- nn.module); of "mlp" also hidden ({256, 256}) and size (32).
function models.create(name, given)
  options.argument("models.create", 1, name, "string")
  local builder = builders[name]
  if not builder then
    local near = base.nearest(name, models.names())
    error(('models.create: there is no model "%s"%s'):format(name,
      near and (' (did you mean "%s"?)'):format(near)
      or " (there are: " .. table.concat(models.names(), ", ") .. ")"), 2)
  end
  local defaults = {classes = 10, channels = 3, seed = 1, precision = "float32"}
  local rules = {classes = {min = 1}, channels = {min = 1},
    precision = {choices = {"float32", "bf16"}}}
  for key, value in pairs(builder.defaults or {}) do defaults[key] = value end
  for key, rule in pairs(builder.rules or {}) do rules[key] = rule end
  local settings = options.check("models.create", given, defaults, rules)
  local net = module.undrawn(builder.build, settings)
  net.kind, net.precision = name, settings.precision
  return net:initialise(settings.seed)
end

return models
