-- Bad arguments: errors that name function and argument.
local image = require "invar.image"
local picture = require "support.picture"
local rng = require "invar.rng"
local tensor = require "invar.tensor"
local transforms = require "invar.transforms"

local img = image.load(picture.fixtures .. "transforms/input_1.png")

local function fails(text, f, ...)
  local ok, message = pcall(f, ...)
  assert.is_false(ok, text)
  assert.is_truthy(message:find(text, 1, true), message)
end

describe("transforms", function()
  it("names the nearest name", function()
    fails('transforms.create: argument 1: there is no transformation "rotat" '
      .. '(did you mean "rotate"?)', transforms.create, "rotat")
    fails('there is no option "degres" (did you mean "degrees"?)', transforms.rotate,
      {degres = 1})
    fails('there is no category "foo"', transforms.names, "foo")
    fails('there is no transformation "hu"', transforms.category, "hu")
  end)

  it("checks every option", function()
    for name, cases in pairs {
      rotate = {{degrees = {5, 1}}, {degrees = {1}}, {degrees = "x"}, {degrees = 0 / 0},
        {degrees = {0, math.huge}}, {degrees = {1, 2, 3}}, {degrees = {{}, {}}}},
      scale = {{factor = 0}, {factor = {-1, 1}}, {factor = 100}},
      v_flip = {{p = -0.1}, {p = 1.1}, {p = "0.5"}, {p = 0 / 0}, {q = 1}},
      posterize = {{bits = 0}, {bits = 9}, {bits = 1.5}},
      blur = {{size = 4}, {size = 0}, {size = 65}, {sigma = 0}},
      erasing = {{size = 0}, {size = 2.5}}, pixelate = {{shrink = 0}, {shrink = 1.5}},
      elastic = {{alpha = -1}, {sigma = 0}}, noise = {{std = -1}}, sharpen = {{factor = "7"}},
      none = {{x = 1}}, translate = {{range = 1}},
    } do
      for _, options in ipairs(cases) do
        fails("transforms." .. name .. ": argument 1: ", transforms[name], options)
      end
    end
  end)

  it("checks parameters", function()
    local function bad(name, p, text)
      local t = transforms.create(name)
      fails(text, t.apply, t, img, p)
    end
    bad("rotate", {}, "rotate: parameter angle: number in -3600 .. 3600 expected, got nothing")
    bad("rotate", {angl = 1}, "rotate has no parameter angl (did you mean angle?)")
    bad("rotate", {angle = 0 / 0}, "parameter angle")
    bad("rotate", nil, "table of parameters expected")
    bad("translate", {dx = 1.5, dy = 0}, "parameter dx: integer")
    bad("v_flip", {applied = 1}, "parameter applied: boolean expected")
    bad("noise", {}, "parameter field or seed")
    bad("noise", {field = tensor.zeros(32, 32, 2)}, "float32 tensor of 32 x 32 x 3")
    bad("noise", {field = tensor.full({32, 32, 3}, 0 / 0)}, "values in -1e6 .. 1e6")
    bad("elastic", {field = 5}, "float32 tensor of 32 x 32 x 2")
    bad("erasing", {x = -1, y = 0}, "parameter x")
    local t = transforms.compose {"rotate"}
    fails("list of 1 parameters expected", t.apply, t, img, {})
  end)

  it("checks images", function()
    local t = transforms.rotate()
    for _, wrong in ipairs {tensor.zeros(8, 8, 4), tensor.zeros(8, 8, 2):to "uint8",
        tensor.zeros(0, 8, 4):to "uint8", tensor.zeros(8):to "uint8", "x", 5} do
      fails("transform:apply: argument 1: ", t.apply, t, wrong, {angle = 1})
    end
    fails("argument 2: rng expected", t, img, 5)
    fails("the box has no x", t.apply, t, img, {angle = 1}, {})
  end)

  it("works on gray, RGB and views, of any size", function()
    local sizes = {{1, 1, 4}, {1, 7, 3}, {5, 3, 1}, {33, 70, 4}, {9, 9, 3}}
    for _, name in ipairs(picture.published()) do
      local t = transforms.create(name)
      for i, size in ipairs(sizes) do
        local given = tensor.full(size, 100):to "uint8"
        local p = t:sample(rng.new(i), {height = size[1], width = size[2]})
        if p.applied ~= nil then p.applied = true end
        assert.same(size, t:apply(given, p):shape())
      end
    end
    local turned = img:transpose(1, 2)
    local p = {angle = 30}
    assert.equal(0, (picture.compare(transforms.rotate():apply(turned, p),
      transforms.rotate():apply(turned:contiguous(), p))))
  end)

  it("survives being closed", function()
    local t = transforms.rotate()
    debug.getmetatable(t).__gc(t)
    assert.equal("transform (closed)", tostring(t))
    fails("transform:name: self: the transformation is closed", t.name, t)
    fails("is not an open transformation", transforms.compose, {t})
  end)
end)
