-- Colour bitmaps in fonts, against fonts made by hand.
local files = require "support.files"
local font = require "support.font"
local image = require "invar.image"
local picture = require "support.picture"
local rng = require "invar.rng"
local sanitized = require "support.sanitized"
local scarcity = require "support.scarcity"
local tensor = require "invar.tensor"

local folder = picture.folder()
teardown(function() picture.remove(folder) end)

local path = folder .. "/font.ttf"

local function write(bytes)
  local file = assert(io.open(path, "wb"))
  file:write(bytes)
  file:close()
  return path
end

-- Pictures of different sizes, and their files.
local shown, pngs = {}, {}
setup(function()
  for i = 1, 3 do
    shown[i] = tensor.randint(rng.new(i), 0, 255, 3 + i, 2 * i, 4):to "uint8"
    image.save(folder .. "/glyph.png", shown[i])
    pngs[i] = files.read(folder .. "/glyph.png")
  end
end)

local function refused(wanted, codepoint)
  local ok, message = pcall(image.glyph, path, codepoint or 0x1f600)
  assert.is_false(ok)
  assert.matches("image.glyph: ", message, 1, true)
  assert.matches(wanted, message, 1, true)
end

describe("image.glyph", function()
  it("finds bitmaps through all formats of indices and images", function()
    for kind = 1, 5 do
      for format = 17, 19 do
        write(font.simple(0x1f600, pngs, kind, format))
        local step = kind >= 4 and 2 or 1
        for i = 1, 3 do
          local glyph = image.glyph(path, 0x1f600 + step * (i - 1))
          assert(glyph:equal(shown[i]), ("index %d, image %d, glyph %d"):format(kind, format, i))
        end
        if step == 2 then refused("no bitmap for U+1F601", 0x1f601) end
        refused("no bitmap for U+1F5FF", 0x1f5ff)
        refused("no bitmap for U+1F605", 0x1f605)
      end
    end
  end)

  it("reads cmaps of format 4, with added and listed glyphs", function()
    local data, range = font.bitmaps(1, 17, 5, pngs)
    local function with(segments, glyphs)
      write(font.file {CBDT = data, CBLC = font.location {range},
        cmap = font.cmap(3, 1, font.segments(segments, glyphs))})
    end
    with {{0x41, 0x43, (5 - 0x41) & 0xffff}, {0xffff, 0xffff, 1}}
    assert(image.glyph(path, 0x42):equal(shown[2]))
    refused("U+0040", 0x40)
    refused("U+0044", 0x44)
    refused("U+10042", 0x10042) -- not cut to 16 bits
    -- the offset counts from where it stands: 3 more offsets, then glyph 1
    with({{0x41, 0x43, 1, 6}, {0x50, 0x50, 0}, {0xffff, 0xffff, 1}}, {6, 4, 0})
    assert(image.glyph(path, 0x41):equal(shown[3]))
    assert(image.glyph(path, 0x42):equal(shown[1]))
    refused("U+0043", 0x43)
    with({{0x41, 0x43, 0, 60000}, {0xffff, 0xffff, 1}}, {})
    refused("damaged font: a glyph of cmap", 0x41)
  end)

  it("takes the largest strike in colour", function()
    local data, range = font.bitmaps(1, 17, 5, pngs)
    local cmap = font.cmap(0, 4, font.groups {{0x1f600, 0x1f602, 5}})
    local strikes = {{200, 8, 0}, {20, 32, 0}, {109, 32}, {64, 32, 0}}
    write(font.file {CBDT = data, CBLC = font.location({range}, strikes), cmap = cmap})
    assert(image.glyph(path, 0x1f601):equal(shown[2]))
    write(font.file {CBDT = data, CBLC = font.location({range}, {{200, 8}}), cmap = cmap})
    refused "no strike of 32 bits"
  end)

  it("refuses what is no such font", function()
    os.remove(path)
    refused "No such file"
    local data, range = font.bitmaps(1, 17, 5, pngs)
    local location = font.location {range}
    local cmap = font.cmap(3, 10, font.groups {{0x1f600, 0x1f602, 5}})
    local function with(wanted, tables)
      write(type(tables) == "string" and tables or font.file(tables))
      refused(wanted)
    end
    with("the head takes 12 bytes", "")
    with("no TrueType font: it begins with 74746366", "ttcf" .. ("\0"):rep(20))
    with("no table cmap", {CBDT = data, CBLC = location})
    with("no table CBLC", {CBDT = data, cmap = cmap})
    with("no table CBDT", {CBLC = location, cmap = cmap})
    local other = font.cmap(3, 10, (">I2"):pack(6) .. ("\0"):rep(20))
    with("no Unicode cmap of format 4 or 12", {CBDT = data, CBLC = location, cmap = other})
    other = font.cmap(1, 0, font.groups {{0x1f600, 0x1f602, 5}})
    with("no Unicode cmap of format 4 or 12", {CBDT = data, CBLC = location, cmap = other})
    range.index = (">I2"):pack(7) .. range.index:sub(3)
    with("an index of format 7", {CBDT = data, CBLC = font.location {range}, cmap = cmap})
    range.index = (">I2I2"):pack(1, 1) .. range.index:sub(5)
    with("bitmaps of format 1", {CBDT = data, CBLC = font.location {range}, cmap = cmap})
    range.index = (">I2I2I4I4I4"):pack(1, 17, 0, 40, 20) .. range.index:sub(17)
    with("a bitmap from 40 to 20", {CBDT = data, CBLC = font.location {range}, cmap = cmap})
    range.index = (">I2I2I4I4I4"):pack(1, 17, 0, 4, 1 << 30) .. range.index:sub(17)
    with("a bitmap takes", {CBDT = data, CBLC = font.location {range}, cmap = cmap})
  end)

  it("is whole or an error wherever the file is cut or changed", function()
    local bytes = font.simple(0x1f600, {pngs[1]}, 1, 17)
    local step = sanitized() and 7 or 1
    for length = 0, #bytes - 1, step do
      write(bytes:sub(1, length))
      assert.is_false((pcall(image.glyph, path, 0x1f600)))
    end
    local head = #bytes - #pngs[1]
    for at = 1, head, step do
      for _, value in ipairs {0, 1, 0x7f, 0xff} do
        write(bytes:sub(1, at - 1) .. string.char(value) .. bytes:sub(at + 1))
        local ok, message = pcall(image.glyph, path, 0x1f600)
        assert(ok or message:find("image.glyph: ", 1, true))
      end
    end
  end)

  it("names memory that is short", function()
    write(font.simple(0x1f600, pngs))
    scarcity(function() image.glyph(path, 0x1f600) end)
  end)

  it("says what it wants", function()
    write(font.simple(0x1f600, pngs))
    for _, wrong in ipairs {-1, 0x110000, 1.5, "dog"} do
      assert.is_false((pcall(image.glyph, path, wrong)))
    end
    assert.is_false((pcall(image.glyph, 1, 2)))
    write(font.simple(0x1f600, {"this is no PNG file"}))
    refused "not a PNG file"
  end)
end)

describe("image.hash", function()
  it("tells images apart by their pixels and their sizes", function()
    local a = tensor.arange(0, 23):to("uint8"):reshape(4, 2, 3)
    assert.matches("^%x+$", image.hash(a))
    assert.equal(32, #image.hash(a))
    assert.equal(image.hash(a), image.hash(a:clone()))
    assert.equal(image.hash(a), image.hash(a:transpose(1, 2):clone():transpose(1, 2)))
    assert.not_equal(image.hash(a), image.hash(a:reshape(2, 4, 3)))
    local b = a:clone()
    b[{4, 2, 3}] = 0
    assert.not_equal(image.hash(a), image.hash(b))
  end)
end)
