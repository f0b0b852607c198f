local files = require "support.files"
local image = require "invar.image"
local invar = require "invar"
local picture = require "support.picture"
local program = require "support.program"
local rng = require "invar.rng"
local sanitized = require "support.sanitized"
local tensor = require "invar.tensor"

local folder = picture.folder()
teardown(function() picture.remove(folder) end)

local function write(name, bytes) return files.write(folder .. "/" .. name, bytes) end

-- A PNG made by hand: chunks with their CRC, image data in stored blocks.
local function crc(bytes)
  local c = 0xffffffff
  for i = 1, #bytes do
    c = c ~ bytes:byte(i)
    for _ = 1, 8 do c = c & 1 == 1 and (c >> 1) ~ 0xedb88320 or c >> 1 end
  end
  return c ~ 0xffffffff
end

local function chunk(kind, data)
  return (">I4"):pack(#data) .. kind .. data .. (">I4"):pack(crc(kind .. data))
end

local function stored(data)
  local a, b = 1, 0
  for i = 1, #data do
    a = (a + data:byte(i)) % 65521
    b = (b + a) % 65521
  end
  return "\x78\x01\x01" .. ("<I2I2"):pack(#data, ~#data & 0xffff) .. data
    .. (">I4"):pack(b << 16 | a)
end

local function png(width, height, depth, color, data, extra)
  return "\x89PNG\r\n\x1a\n"
    .. chunk("IHDR", (">I4I4BBBBB"):pack(width, height, depth, color, 0, 0, 0))
    .. (extra or "") .. chunk("IDAT", stored(data)) .. chunk("IEND", "")
end

local function load_bytes(bytes)
  return image.load(write("made.png", bytes))
end

describe("image.load", function()
  -- libpng takes its word for the length of this chunk (found by fuzzing).
  it("takes no memory for EXIF data that is not there", function()
    if sanitized() then return end -- which needs an address space without end
    local path = write("exif.png", png(1, 1, 8, 0, "\0\9",
      (">I4"):pack(0x7ffffff0) .. "eXIfMM\0*"))
    local output = program.shell(([[ulimit -v 1500000
      invar -e 'print(pcall(require("invar").image.load, %q))']]):format(path))
    assert.matches("^false.*exif.png: PNG: ", output)
    assert.is_nil(output:find("memory", 1, true), output)
  end)

  it("reads every kind of PNG", function()
    local gray = load_bytes(png(2, 1, 8, 0, "\0\10\200"))
    assert.same({{{10}, {200}}}, gray:totable())
    local bits = load_bytes(png(4, 1, 1, 0, "\0\xa0"))
    assert.same({{{255}, {0}, {255}, {0}}}, bits:totable())
    local deep = load_bytes(png(1, 1, 16, 2, "\0\x12\x34\xff\xff\x80\xff"))
    assert.same({{{0x12, 255, 0x80}}}, deep:totable())
    local gray_alpha = load_bytes(png(1, 1, 8, 4, "\0\50\60"))
    assert.same({{{50, 50, 50, 60}}}, gray_alpha:totable())
    local palette = chunk("PLTE", "\1\2\3\4\5\6")
    assert.same({{{4, 5, 6}, {1, 2, 3}}},
      load_bytes(png(2, 1, 8, 3, "\0\1\0", palette)):totable())
    assert.same({{{4, 5, 6, 255}, {1, 2, 3, 9}}},
      load_bytes(png(2, 1, 8, 3, "\0\1\0", palette .. chunk("tRNS", "\9"))):totable())
    assert.same({{{1, 2, 3, 4}}}, load_bytes(png(1, 1, 8, 6, "\0\1\2\3\4")):totable())
  end)

  it("reads interlaced files", function()
    local plain = image.load(picture.fixtures .. "image/rgb.png")
    local interlaced = image.load(picture.fixtures .. "image/interlaced.png")
    assert.equal(0, (picture.compare(plain, interlaced)))
  end)

  it("does not change values for a gamma chunk", function()
    local gamma = chunk("gAMA", (">I4"):pack(100000))
    assert.same({{{100}}}, load_bytes(png(1, 1, 8, 0, "\0\100", gamma)):totable())
  end)

  it("names the path and the reason", function()
    local function fails(path, reason)
      local ok, message = pcall(image.load, path)
      assert.is_false(ok)
      assert.is_truthy(message:find("image.load: " .. path, 1, true), message)
      assert.is_truthy(message:find(reason, 1, true), message)
    end
    fails(folder .. "/none.png", "No such file")
    fails(folder, "not a regular file")
    fails(write("text.png", "hello, not a picture"), "neither PNG nor JPEG")
    fails(write("empty.png", ""), "the file is empty")
    fails(write("short.png", png(2, 1, 8, 0, "\0\10\200"):sub(1, 50)), "PNG: the file is cut short")
  end)

  it("refuses what a small file cannot hold, without memory for it", function()
    local path = write("bomb.png", png(30000, 30000, 8, 6, "\0\1"))
    local _, before = invar.memory()
    local ok, message = pcall(image.load, path)
    assert.is_false(ok)
    assert.is_truthy(message:find("claims 30000 x 30000 pixels", 1, true), message)
    local _, after = invar.memory()
    assert.is_true(after - before < 10e6)
  end)

  it("takes no more memory for a large picture than its pixels", function()
    local output = program.shell([[name=$(mktemp); invar -e "
      local image, tensor = require 'invar.image', require 'invar.tensor'
      local side = 11600
      image.save('$name.png', tensor.zeros(side, side, 1, {dtype = 'uint8'}))
      collectgarbage() collectgarbage()
      local img = image.load '$name.png'
      local _, peak = require('invar').memory()
      print(img:size(2), img:max():item(), peak < 1.1 * side * side)"
      rm -f $name $name.png]])
    assert.equal("11600\t0\ttrue\n", output)
  end)

  it("survives every damage", function()
    local whole = files.read(picture.fixtures .. "image/small.png")
    local path = folder .. "/damaged.png"
    local failed = 0
    for length = 0, #whole - 1 do
      write("damaged.png", whole:sub(1, length))
      if not pcall(image.load, path) then failed = failed + 1 end
    end
    assert.is_true(failed >= #whole - 12) -- all but a cut inside IEND
    local r = rng.new(3)
    for i = 1, #whole do
      local byte = string.char(whole:byte(i) ~ (1 << r:integer(0, 7)))
      write("damaged.png", whole:sub(1, i - 1) .. byte .. whole:sub(i + 1))
      pcall(image.load, path)
    end
  end)
end)

describe("image.save", function()
  it("gives back what was saved", function()
    local r = rng.new(1)
    for _, channels in ipairs {1, 3, 4} do
      local img = tensor.randint(r, 0, 255, 13, 7, channels):to "uint8"
      local path = folder .. "/saved.png"
      image.save(path, img)
      assert.equal(0, (picture.compare(img, image.load(path))))
      image.save(path, img:transpose(1, 2))
      assert.equal(0, (picture.compare(img:transpose(1, 2), image.load(path))))
    end
  end)

  it("takes float32 in [0, 1] and height x width", function()
    local path = folder .. "/float.png"
    image.save(path, tensor.new {{0, 0.5}, {1, 0.2}})
    assert.same({{{0}, {128}}, {{255}, {51}}}, image.load(path):totable())
    for _, wrong in ipairs {-0.1, 1.1, 0 / 0, math.huge} do
      local ok, message = pcall(image.save, path, tensor.full({2, 2}, wrong))
      assert.is_false(ok)
      assert.is_truthy(message:find("values in 0 .. 1 expected", 1, true))
    end
  end)

  it("leaves the old file when it fails", function()
    local ok, message = pcall(image.save, folder .. "/no/such/a.png",
      tensor.zeros(2, 2, 3))
    assert.is_false(ok)
    assert.is_truthy(message:find("image.save: " .. folder .. "/no/such/a.png", 1, true))
    local lfs = require "lfs"
    for name in lfs.dir(folder) do assert.is_falsy(name:find "part$") end
  end)

end)
