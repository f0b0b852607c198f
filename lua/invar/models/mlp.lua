--- A multilayer perceptron on the pixels of size x size x channels images.

local nn = require "invar.nn"

-- Raises at the line that called models.create, four calls up.
local function check_hidden(hidden)
  for _, width in ipairs(hidden) do
    if math.type(width) ~= "integer" or width < 1 then
      error("models.create: option hidden: list of integers >= 1 expected", 5)
    end
  end
end

local function build(settings)
  check_hidden(settings.hidden)
  local layers = {nn.flatten()}
  local width = settings.size * settings.size * settings.channels
  for _, hidden in ipairs(settings.hidden) do
    layers[#layers + 1] = nn.linear(width, hidden)
    layers[#layers + 1] = nn.relu()
    width = hidden
  end
  layers[#layers + 1] = nn.linear(width, settings.classes)
  return nn.sequential(layers)
end

return {
  mlp = {
    build = build,
    defaults = {hidden = {256, 256}, size = 32},
    rules = {size = {min = 1}},
  },
}
