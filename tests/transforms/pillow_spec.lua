-- Random parameters and pictures against Pillow and torchvision
-- (scripts/make_pillow_fixtures.py made what is compared with).
local image = require "invar.image"
local picture = require "support.picture"
local tensor = require "invar.tensor"
local transforms = require "invar.transforms"

local folder = picture.fixtures .. "transforms/"

describe("Pillow and torchvision give the same", function()
  local cases, by_name = dofile(folder .. "pillow.lua"), {}
  local inputs = setmetatable({}, {__index = function(self, name)
    self[name] = image.load(folder .. name)
    return self[name]
  end})
  for _, case in ipairs(cases) do
    by_name[case[1]] = by_name[case[1]] or {}
    table.insert(by_name[case[1]], case)
  end
  for name, list in pairs(by_name) do
    it(("%s, %d cases"):format(name, #list), function()
      local t, wrong = transforms.create(name), 0
      for _, case in ipairs(list) do
        local out = t:apply(inputs[case[2]], case[3])
        if picture.hash(out) ~= case[4] then wrong = wrong + 1 end
      end
      assert.equal(0, wrong)
    end)
  end

  -- Where float rounding decides: one step, on one value in a hundred.
  local function close(expected, out)
    local count, most = picture.compare(expected, out)
    assert.is_true(most <= 1 and count <= expected:count() / 100,
      ("%d differ, by %d at most"):format(count, most))
  end

  it("blur, 24 cases", function()
    local expected = tensor.load(folder .. "pillow_blur.npy")
    for i = 1, 24 do
      local out = transforms.blur():apply(inputs["soft_20.png"], {sigma = i / 16})
      close(expected:select(1, i), out)
    end
  end)

  it("elastic, 24 cases", function()
    local expected = tensor.load(folder .. "pillow_elastic.npy")
    local fields = tensor.load(folder .. "pillow_elastic_fields.npy")
    for i = 1, 24 do
      local out = transforms.elastic():apply(inputs["soft_20.png"],
        {field = fields:select(1, i)})
      close(expected:select(1, i), out)
    end
  end)
end)
