-- No memory, at every allocation of a list of calls: a Lua error, and nothing
-- is lost.
local image = require "invar.image"
local picture = require "support.picture"
local rng = require "invar.rng"
local scarcity = require "support.scarcity"
local tensor = require "invar.tensor"
local transforms = require "invar.transforms"

local path = picture.fixtures .. "image/soft.png"
local large = tensor.full({90, 91, 4}, 120):to "uint8" -- more than the stack holds

local scenarios = {
  load = function() return image.load(path) end,
  save = function()
    local name = os.tmpname()
    local ok, message = pcall(image.save, name, large)
    os.remove(name)
    if not ok then error(message, 0) end
  end,
  resize = function() return image.resize(large, {height = 200, width = 300}) end,
  crop = function() return image.crop(large, 2, 2, 80, 80) end,
  sheet = function() return image.contact_sheet({large, large}, {labels = {"a", "b"}}) end,
  compose = function() return transforms.compose {"rotate", "hue"} end,
}
for _, name in ipairs(picture.published()) do
  scenarios[name] = function()
    local t = transforms.create(name)
    local p = t:sample(rng.new(1))
    if p.applied ~= nil then p.applied = true end
    return t:apply(large, p)
  end
end

describe("without memory", function()
  for name, run in pairs(scenarios) do
    it(name .. " raises", function() scarcity(run, {most = 200}) end)
  end
end)
