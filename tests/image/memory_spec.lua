-- No memory, at every allocation of a list of calls: a Lua error, and nothing
-- is lost.
local image = require "invar.image"
local picture = require "support.picture"
local rng = require "invar.rng"
local tensor = require "invar.tensor"
local testing = require "invar.core.testing"
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
    it(name .. " raises", function()
      run() -- what is made once is made
      local failures = 0
      for n = 1, 200 do
        testing.fail_at(n)
        local ok, message = pcall(run)
        testing.fail_at(0)
        if ok then break end
        failures = failures + 1
        assert.equal("string", type(message))
        assert.is_truthy(message:find("memory", 1, true), message)
      end
      assert.is_true(failures > 0 and failures < 200, name)
      run()
    end)
  end
end)
