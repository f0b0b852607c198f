local image = require "invar.image"
local picture = require "support.picture"
local rng = require "invar.rng"
local transforms = require "invar.transforms"

local img = image.load(picture.fixtures .. "transforms/input_3.png")

local function message_of(f, ...)
  local ok, message = pcall(f, ...)
  assert.is_false(ok)
  return message
end

describe("define", function()
  local dim = transforms.define {
    name = "spec_dim", category = "spec",
    sample = function(r, canvas)
      return {factor = r:uniform(0, 1), width = canvas.width, x = canvas.box.x}
    end,
    apply = function(given, p)
      return transforms.brightness():apply(given, {factor = p.factor})
    end,
  }

  it("makes a transformation like the others", function()
    assert.equal("spec_dim", dim:name())
    assert.equal("spec", transforms.category "spec_dim")
    assert.same({"spec_dim"}, transforms.names "spec")
    assert.equal(dim, transforms.spec_dim())
    assert.equal(dim, transforms.create "spec_dim")
    local p = dim:sample(rng.new(1), {size = 64})
    assert.equal(64, p.width)
    assert.equal(9, p.x)
  end)

  it("draws and replays the same, alone and in a sequence", function()
    local p = dim:sample(rng.new(9))
    local expected = transforms.brightness():apply(img, {factor = p.factor})
    assert.equal(0, (picture.compare(expected, dim(img, rng.new(9)))))
    assert.equal(0, (picture.compare(expected, dim:apply(img, p))))
    local t = transforms.compose {"spec_dim", "rotate"}
    local out = t(img, rng.new(9))
    assert.equal(0, (picture.compare(out, t:apply(img, t:sample(rng.new(9))))))
  end)

  it("advances the generator as its function does", function()
    local r, other = rng.new(5), rng.new(5)
    dim(img, r)
    other:uniform(0, 1)
    assert.equal(other:uniform(), r:uniform())
  end)

  it("works without sample, and from a coroutine", function()
    local t = transforms.define {name = "spec_same", apply = function(i) return i end}
    assert.same({}, t:sample(rng.new(1)))
    local out = coroutine.wrap(function() return t(img, rng.new(1)) end)()
    assert.equal(0, (picture.compare(img, out)))
  end)

  it("lets errors through", function()
    transforms.define {name = "spec_bad", apply = function() error {code = 7} end}
    local t = transforms.spec_bad()
    assert.equal(7, message_of(t, img, rng.new(1)).code)
    assert.equal(7, message_of(t.apply, t, img, {}).code)
    local sequence = transforms.compose {"hue", "spec_bad"}
    assert.equal(7, message_of(sequence, img, rng.new(1)).code)
  end)

  it("checks what apply returns", function()
    local results = {1, img:narrow(1, 1, 5), img:to "float32", false}
    for i, result in ipairs(results) do
      local name = "spec_result" .. i
      transforms.define {name = name, apply = function() return result end}
      assert.is_truthy(message_of(transforms[name](), img, rng.new(1))
        :find("transforms." .. name .. ": apply must return", 1, true))
    end
  end)

  it("refuses bad definitions", function()
    local f = function() end
    for text, definition in pairs {
      ["there is a transformation \"rotate\" already"] = {name = "rotate", apply = f},
      ["there is a transformation \"spec_dim\" already"] = {name = "spec_dim", apply = f},
      ["name: a name of letters"] = {name = "a b", apply = f},
      ["apply: function expected, got nil"] = {name = "spec_x"},
      ["sample: function expected, got number"] = {name = "spec_x", apply = f, sample = 1},
      ["did you mean \"sample\""] = {name = "spec_x", apply = f, sampel = f},
    } do
      assert.is_truthy(message_of(transforms.define, definition):find(text, 1, true))
    end
  end)
end)
