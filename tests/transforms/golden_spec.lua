-- Every transformation against the published pipeline's outputs: no value may
-- differ.
local image = require "invar.image"
local picture = require "support.picture"
local tensor = require "invar.tensor"
local transforms = require "invar.transforms"

local folder = picture.fixtures .. "transforms/"

local function parameters(case)
  local given = {}
  for name, value in pairs(case.params) do
    given[name] = name == "field" and tensor.load(folder .. value) or value
  end
  return given
end

local function run(case)
  local img = image.load(folder .. case.input)
  if case.transform == "composite" then
    local background = image.load(folder .. case.background)
    return image.composite(background:narrow(3, 1, 3), img)
  end
  return transforms.create(case.transform):apply(img, parameters(case))
end

describe("golden cases", function()
  local cases, seen = dofile(folder .. "cases.lua"), {}
  for i, case in ipairs(cases) do
    seen[case.transform] = true
    it(("%s, case %d"):format(case.transform, i), function()
      local expected = image.load(folder .. case.output)
      if case.transform == "composite" then expected = expected:narrow(3, 1, 3) end
      assert.equal(0, (picture.compare(expected, run(case))))
    end)
  end

  it("cover all 18", function()
    for _, name in ipairs(picture.published()) do
      assert.is_true(seen[name] or false, name)
    end
  end)

  it("can fail", function()
    local case = cases[17] -- a rotation
    local expected = image.load(folder .. case.output)
    case.params.angle = case.params.angle + 5
    assert.is_true((picture.compare(expected, run(case))) > 0)
  end)
end)
