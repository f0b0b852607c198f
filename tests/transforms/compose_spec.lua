local image = require "invar.image"
local picture = require "support.picture"
local rng = require "invar.rng"
local transforms = require "invar.transforms"

local img = image.load(picture.fixtures .. "transforms/input_2.png")

local function same(a, b) return picture.compare(a, b) == 0 end

describe("compose", function()
  it("applies one after the other", function()
    local t = transforms.compose {"rotate", transforms.hue(), transforms.compose {"blur"}}
    local p = t:sample(rng.new(4))
    local out = transforms.rotate():apply(img, p[1])
    out = transforms.hue():apply(out, p[2])
    out = transforms.blur():apply(out, p[3][1])
    assert.is_true(same(out, t:apply(img, p)))
    assert.is_true(same(out, t(img, rng.new(4))))
  end)

  it("of nothing is the identity", function()
    assert.is_true(same(img, transforms.compose {}(img, rng.new(1))))
    assert.is_true(same(img, transforms.none()(img, rng.new(1))))
  end)

  it("knows its parts", function()
    local t = transforms.compose {"rotate", "hue"}
    assert.equal("compose", t:name())
    assert.equal("sequence", t:category())
    assert.equal("hue", t:parts()[2]:name())
    assert.equal('transforms.compose{"rotate", "hue"}', tostring(t))
  end)

  it("is limited in depth", function()
    local t = transforms.none()
    local ok, message = pcall(function()
      for _ = 1, 200 do t = transforms.compose {t} end
    end)
    assert.is_false(ok)
    assert.is_truthy(message:find("nested more than 100 times", 1, true))
  end)

  it("does not care for the order of flips and their inverses", function()
    local twice = transforms.compose {transforms.v_flip {p = 1}, transforms.v_flip {p = 1},
      transforms.h_flip {p = 1}, transforms.h_flip {p = 1}, transforms.invert {p = 0}}
    assert.is_true(same(img, twice(img, rng.new(1))))
  end)
end)

describe("the box", function()
  local box = {x = 5, y = 5, width = 22, height = 22}

  it("is 22 x 22 at (5, 5) after preparation at 32", function()
    local _, b = transforms.scale():apply(img, {factor = 0.7},
      {x = 0, y = 0, width = 32, height = 32})
    assert.same(box, b)
  end)

  it("follows scale and translate, inside a sequence too", function()
    local t = transforms.compose {"scale", "rotate", "translate"}
    for i = 1, 50 do
      local p = t:sample(rng.new(i), {box = box})
      local _, b = t:apply(img, p, box)
      assert.is_true(b.x >= 0 and b.y >= 0, "left or above")
      assert.is_true(b.x + b.width <= 32 and b.y + b.height <= 32, "right or below")
      assert.is_true(b.width <= 22 and b.width >= 22 * p[1].factor - 2)
    end
    local _, moved = transforms.translate():apply(img, {dx = -3, dy = 2}, box)
    assert.same({x = 2, y = 7, width = 22, height = 22}, moved)
  end)

  it("stays for all others", function()
    for _, name in ipairs(picture.published()) do
      if name ~= "scale" and name ~= "translate" then
        local t = transforms.create(name)
        local _, b = t(img, rng.new(3), box)
        assert.same(box, b)
      end
    end
  end)
end)
