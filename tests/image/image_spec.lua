local image = require "invar.image"
local picture = require "support.picture"
local rng = require "invar.rng"
local tensor = require "invar.tensor"

local folder = picture.fixtures .. "image/"
local r = rng.new(11)

local function random(...)
  return tensor.randint(r, 0, 255, ...):to "uint8"
end

local function fails(text, f, ...)
  local ok, message = pcall(f, ...)
  assert.is_false(ok, text)
  assert.is_truthy(message:find(text, 1, true), message)
end

describe("image.resize", function()
  it("is Pillow's, to the bit", function()
    local inputs, wrong = {}, 0
    for _, case in ipairs(dofile(folder .. "pillow.lua")) do
      local name, filter, height, width, hash = table.unpack(case)
      inputs[name] = inputs[name] or image.load(folder .. name)
      local out = image.resize(inputs[name], {height = height, width = width, filter = filter})
      if picture.hash(out) ~= hash then wrong = wrong + 1 end
    end
    assert.equal(0, wrong)
  end)

  it("checks its options", function()
    local img = random(4, 4, 3)
    fails("options height and width expected", image.resize, img, {height = 3})
    fails('option filter: one of "nearest"', image.resize, img,
      {height = 3, width = 3, filter = "cubic"})
    fails("option height: integer in 1 .. 1048576", image.resize, img,
      {height = 0, width = 3})
    fails('did you mean "width"', image.resize, img, {height = 3, widht = 3})
  end)
end)

describe("crop, paste and flips", function()
  local img = random(6, 5, 3)

  it("cut and put back", function()
    local part = image.crop(img, 2, 3, 4, 2)
    assert.equal(0, (picture.compare(part, img:narrow(1, 2, 4):narrow(2, 3, 2))))
    assert.equal(0, (picture.compare(img, image.paste(img, part, 2, 3))))
    fails("image.crop: argument 4", image.crop, img, 2, 3, 6, 2)
  end)

  it("drop what is outside", function()
    local small = random(4, 4, 3)
    local out = image.paste(img, small, -1, 4)
    assert.equal(0, (picture.compare(image.crop(out, 1, 4, 2, 2),
      image.crop(small, 3, 1, 2, 2))))
    assert.equal(0, (picture.compare(img, image.paste(img, small, 100, 100))))
    assert.equal(0, (picture.compare(img, image.paste(img, small, -1000, -1000))))
  end)

  it("blend by a mask", function()
    local a, b = tensor.full({1, 3, 1}, 200):to "uint8", tensor.full({1, 3, 1}, 100):to "uint8"
    local mask = tensor.new {{{0}, {128}, {255}}}:to "uint8"
    assert.same({{{200}, {150}, {100}}}, image.paste(a, b, 1, 1, mask):totable())
    fails("the mask is 6 x 5 x 3", image.paste, img, img, 1, 1, img)
    fails("the images have 3 and 1 channels", image.paste, img, a, 1, 1)
  end)

  it("mirror", function()
    local turned = image.flip_vertical(img)
    assert.equal(0, (picture.compare(turned:select(1, 1), img:select(1, 6))))
    local mirrored = image.flip_horizontal(img)
    assert.equal(0, (picture.compare(mirrored:select(2, 1), img:select(2, 5))))
    assert.equal(0, (picture.compare(mirrored:select(2, 3), img:select(2, 3))))
  end)
end)

describe("image.composite", function()
  it("rounds each blend exactly", function()
    local worst = 0
    for alpha = 0, 255, 5 do
      local object = tensor.full({1, 256, 4}, alpha):to "uint8"
      object:narrow(3, 1, 3):copy_(random(1, 256, 3))
      local background = random(1, 256, 3)
      local out = picture.values(image.composite(background, object))
      local v, b = picture.values(object:narrow(3, 1, 3)), picture.values(background)
      for i = 1, #out do
        local exact = (v[i] * alpha + b[i] * (255 - alpha)) / 255
        worst = math.max(worst, math.abs(out[i] - exact))
      end
    end
    assert.is_true(worst <= 0.5)
  end)

  it("wants an RGB background and an RGBA object", function()
    fails("image.composite: ", image.composite, random(4, 4, 4), random(4, 4, 4))
    fails("image.composite: ", image.composite, random(4, 4, 3), random(4, 5, 4))
  end)
end)

describe("image.contact_sheet", function()
  it("puts images in a grid", function()
    local batch = random(5, 3, 4, 3)
    local sheet = image.contact_sheet(batch, {columns = 2, margin = 1})
    assert.same({3 * (3 + 1) + 1, 2 * (4 + 1) + 1, 3}, sheet:shape())
    for i = 0, 4 do
      local y, x = 2 + (i // 2) * 4, 2 + (i % 2) * 5
      assert.equal(0, (picture.compare(batch:select(1, i + 1),
        image.crop(sheet, y, x, 3, 4))))
    end
    assert.same({{{255, 255, 255}}}, image.crop(sheet, 1, 1, 1, 1):totable())
  end)

  it("enlarges, shows alpha, and takes lists and floats", function()
    local clear = tensor.zeros(2, 2, 4):to "uint8"
    local sheet = image.contact_sheet({clear}, {margin = 0, scale = 3, background = 77})
    assert.same({6, 6, 3}, sheet:shape())
    assert.equal(77, sheet:min():item())
    assert.equal(77, sheet:max():item())
    assert.same({2, 4, 3}, image.contact_sheet({tensor.zeros(2, 2), tensor.zeros(2, 2)},
      {margin = 0, columns = 2}):shape())
  end)

  it("writes labels", function()
    local white = tensor.full({2, 40, 40, 3}, 255):to "uint8"
    local plain = image.contact_sheet(white)
    local labelled = image.contact_sheet(white, {labels = {"cat", "dog"}})
    assert.is_true(labelled:shape()[1] > plain:shape()[1])
    assert.equal(0, labelled:min():item())
    assert.equal(255, plain:min():item())
    local rows = image.contact_sheet(white, {columns = 1, row_labels = {"one", "two"}})
    assert.is_true(rows:shape()[2] > plain:shape()[2] / 2)
  end)

  it("checks what it gets", function()
    fails("list of 1 .. 100000 images", image.contact_sheet, {})
    fails("element 1 is not an open tensor", image.contact_sheet, {5})
    fails("argument 1: element 2: uint8 tensor of height x width x 1, 3 or 4 channels expected, "
      .. "got uint8 2x2x2", image.contact_sheet, {random(2, 2, 3), random(2, 2, 2)})
    fails("image 2 is 2 x 3 x 3, the first 2 x 2 x 3", image.contact_sheet,
      {random(2, 2, 3), random(2, 3, 3)})
    fails("option labels: list of 2 strings", image.contact_sheet, random(2, 2, 2, 3),
      {labels = {"a"}})
    fails("the sheet would have", image.contact_sheet, random(1, 900, 900, 1),
      {scale = 100})
  end)
end)
