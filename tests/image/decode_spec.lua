-- Files of all formats against Pillow, and everything that can be wrong.
local files = require "support.files"
local image = require "invar.image"
local invar = require "invar"
local picture = require "support.picture"
local rng = require "invar.rng"
local scarcity = require "support.scarcity"
local tensor = require "invar.tensor"

local pictures = picture.fixtures .. "pictures/"
local folder = picture.folder()
teardown(function() picture.remove(folder) end)

local function write(name, bytes) return files.write(folder .. "/" .. name, bytes) end

local function fails(path, ...)
  local ok, message = pcall(image.load, path)
  assert.is_false(ok)
  for _, reason in ipairs {"image.load: " .. path .. ": ", ...} do
    assert.is_truthy(message:find(reason, 1, true), message)
  end
end

describe("image.load", function()
  for _, case in ipairs(dofile(pictures .. "decoded.lua")) do
    local name, height, width, channels, hash = table.unpack(case)
    it("gives Pillow's bits for " .. name, function()
      local img = image.load(pictures .. name)
      assert.same({height, width, channels}, img:shape())
      assert.equal(hash, picture.hash(img))
    end)
  end

  it("knows the format by the first bytes, not by the name", function()
    local jpeg = files.read(pictures .. "gray.jpg")
    assert.equal(picture.hash(image.load(pictures .. "gray.jpg")),
      picture.hash(image.load(write("wrong.png", jpeg))))
  end)

  it("says what it reads where the format is another", function()
    fails(write("a.gif", "GIF89a\1\0\1\0"), "neither PNG nor JPEG nor PPM")
    fails(write("a.jpg", ""), "the file is empty")
    fails(write("b.jpg", "P"), "neither PNG")
    fails(write("c.jpg", "P6x"), "neither PNG")
    fails(write("d.jpg", files.read(pictures .. "gray.jpg"):sub(1, 20)),
      "JPEG: there is no picture in the file")
    fails(folder, "not a regular file")
    fails(folder .. "/none.jpg", "No such file")
  end)

  it("refuses every truncated file, naming path and format", function()
    for _, name in ipairs {"turned_1.jpg", "turned.png"} do
      local whole = files.read(pictures .. name)
      local format = name:match "jpg$" and "JPEG: " or "PNG: "
      for length = 8, #whole - 1 do
        local path = write("cut", whole:sub(1, length))
        local ok, message = pcall(image.load, path)
        -- All there but for the checksum of IEND (libpng) or for EOI's end.
        if length < #whole - 12 then assert.is_false(ok, length) end
        if not ok then assert.is_truthy(message:find(path .. ": " .. format, 1, true), message) end
      end
    end
  end)

  it("survives every damage", function()
    local r = rng.new(3)
    for _, name in ipairs {"turned_1.jpg", "progressive.jpg", "palette_alpha.png", "turned.png"} do
      local whole = files.read(pictures .. name)
      for i = 1, #whole, 1 + #whole // 600 do
        local byte = string.char(whole:byte(i) ~ (1 << r:integer(0, 7)))
        pcall(image.load, write("damaged", whole:sub(1, i - 1) .. byte .. whole:sub(i + 1)))
      end
    end
  end)

  it("refuses headers that claim more than the file holds, without memory", function()
    local jpeg = files.read(pictures .. "gray.jpg")
    local frame = assert(jpeg:find "\xff\xc0")
    local function jpeg_of(side)
      return jpeg:sub(1, frame + 4) .. (">I2I2"):pack(side, side) .. jpeg:sub(frame + 9)
    end
    local wide = files.read(pictures .. "rgb.png")
    local header = "IHDR" .. (">I4I4"):pack(65535, 65535) .. wide:sub(25, 29)
    local cases = {
      [write("large.jpg", jpeg_of(65500))] = "claims 65500 x 65500",
      [write("wide.jpg", jpeg_of(30000) .. ("\0"):rep(900000))] = "at most 268435456",
      [write("huge.jpg", jpeg_of(65535))] = "dimension is 65500",
      [write("huge.png", wide:sub(1, 12) .. header .. wide:sub(30))] = "PNG: ",
      [write("huge.ppm", "P6 1000000000 1000000000 255\nabc")] = "larger than 1048576",
      [write("wide.ppm", "P6 1000000 1000000 255\nabc")] = "claims 1000000 x 1000000",
      [write("plain.ppm", "P3 1000000 1000000 255\n1 2 3")] = "claims 1000000 x 1000000",
    }
    local _, before = invar.memory()
    for path, reason in pairs(cases) do fails(path, reason) end
    local _, after = invar.memory()
    assert.is_true(after - before < 10e6)
  end)

  it("refuses JPEGs with more scans than anybody needs", function()
    local whole = files.read(pictures .. "progressive.jpg")
    local first = assert(whole:find "\xff\xda")
    local second = assert(whole:find("\xff[\xc4\xda]", first + 2))
    local scan = whole:sub(first, second - 1)
    local bomb = whole:sub(1, first - 1) .. scan:rep(600) .. whole:sub(second)
    fails(write("bomb.jpg", bomb), "JPEG: ")
  end)

  it("fails where memory does", function()
    for _, name in ipairs {"cmyk.jpg", "turned_6.jpg", "palette_alpha.png", "gray_alpha.png"} do
      scarcity(function() return image.load(pictures .. name) end)
    end
  end)
end)

describe("a size that a picture is for", function()
  it("reduces a JPEG while its shorter side stays twice that", function()
    local path = pictures .. "large.jpg" -- 150 x 201
    local whole = image.load(path)
    for size, wanted in pairs {[9] = {19, 26, 3}, [10] = {38, 51, 3}, [19] = {38, 51, 3},
        [37] = {75, 101, 3}, [38] = {150, 201, 3}, [400] = {150, 201, 3}} do
      local img = image.load(path, {size = size})
      assert.same(wanted, img:shape())
      -- Means of squares of pixels, but for the rounding and the edge.
      local small = image.resize(whole, {height = 5, width = 5, filter = "box"})
      local reduced = image.resize(img, {height = 5, width = 5, filter = "box"})
      local _, most = picture.compare(small, reduced)
      assert.is_true(most <= 24, most)
    end
  end)

  it("leaves other formats and small pictures as they are", function()
    for _, name in ipairs {"rgb.png", "gray.jpg"} do
      local path = pictures .. name
      assert.equal(0, (picture.compare(image.load(path), image.load(path, {size = 30}))))
    end
    assert.has_error(function() image.load(pictures .. "rgb.png", {size = 0}) end)
    assert.has_error(function() image.load(pictures .. "rgb.png", {sise = 3}) end)
  end)
end)

describe("image.save", function()
  it("writes what the ending says", function()
    local img = image.load(pictures .. "large.jpg")
    local gray = image.load(pictures .. "gray.jpg")
    for ending, head in pairs {png = "\x89PNG", jpg = "\xff\xd8\xff", JPEG = "\xff\xd8\xff",
        ppm = "P6", pnm = "P6"} do
      local path = folder .. "/saved." .. ending
      image.save(path, img)
      assert.equal(head, files.read(path):sub(1, #head))
      local count, most = picture.compare(img, image.load(path))
      if ending:lower():match "^j" then
        assert.is_true(most < 64, most)
      else
        assert.equal(0, count)
      end
    end
    image.save(folder .. "/gray.pgm", gray)
    assert.equal(0, (picture.compare(gray, image.load(folder .. "/gray.pgm"))))
  end)

  it("takes the quality of a JPEG", function()
    local img = image.load(pictures .. "large.jpg")
    local sizes = {}
    for i, quality in ipairs {10, 50, 90, 100} do
      local path = folder .. "/quality.jpg"
      image.save(path, img, {quality = quality})
      sizes[i] = #files.read(path)
      if i > 1 then assert.is_true(sizes[i] > sizes[i - 1]) end
    end
  end)

  it("refuses alpha where there is none, and endings that it does not write", function()
    local rgba = tensor.zeros(2, 2, 4):to("uint8")
    for _, name in ipairs {"a.jpg", "a.ppm"} do
      assert.has_error(function() image.save(folder .. "/" .. name, rgba) end)
    end
    local ok, message = pcall(image.save, folder .. "/a.gif", rgba)
    assert.is_false(ok)
    assert.is_truthy(message:find("a.gif: pictures are written as .png", 1, true), message)
  end)
end)

describe("image.resize", function()
  local cases = dofile(pictures .. "resized.lua")
  it("gives Pillow's bits for thin and low pictures", function()
    for _, case in ipairs(cases) do
      local name, filter, height, width, hash = table.unpack(case)
      local img = image.resize(image.load(pictures .. name),
        {height = height, width = width, filter = filter})
      assert.equal(hash, picture.hash(img), table.concat(case, " "))
    end
  end)
end)
