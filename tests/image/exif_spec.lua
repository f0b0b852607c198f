-- EXIF orientation that is broken is ignored; right ones are compared with
-- Pillow's by decode_spec.lua.
local files = require "support.files"
local image = require "invar.image"
local picture = require "support.picture"
local rng = require "invar.rng"

local pictures = picture.fixtures .. "pictures/"
local upright = image.load(pictures .. "turned_1.jpg")
local whole = files.read(pictures .. "turned_6.jpg")
local at = assert(whole:find("Exif\0\0", 1, true)) -- the first byte of "Exif"

local function load(bytes)
  return files.with_file(bytes, image.load)
end

local function replaced(offset, bytes)
  return whole:sub(1, at + offset - 1) .. bytes .. whole:sub(at + offset + #bytes)
end

local function is_upright(bytes)
  assert.equal(0, (picture.compare(upright, load(bytes))))
end

describe("EXIF orientation", function()
  it("is read where all is right", function()
    assert.same({12, 7, 3}, load(whole):shape())
  end)

  -- TIFF begins 6 bytes after "Exif": order, 42, offset of the list; the list
  -- at 8: count, 12 bytes per entry (the second one is the orientation).
  it("is ignored where it is broken", function()
    is_upright(replaced(0, "Exit"))
    is_upright(replaced(6, "XX"))
    is_upright(replaced(8, "\0\0"))
    is_upright(replaced(10, "\xff\xff\xff\xff")) -- a list outside
    is_upright(replaced(10, "\0\0\1\0"))
    is_upright(replaced(14, "\0\0")) -- no entries
    is_upright(replaced(14, "\0\1")) -- one
    is_upright(replaced(28, "\0\0")) -- another tag
    is_upright(replaced(30, "\0\7")) -- another type
    is_upright(replaced(36, "\0\0"))
    is_upright(replaced(36, "\0\9"))
    is_upright(replaced(36, "\xff\xff"))
  end)

  it("is found among more entries than there are", function()
    assert.same({12, 7, 3}, load(replaced(14, "\xff\xff")):shape())
  end)

  it("does no harm whatever its bytes are", function()
    local r = rng.new(1)
    for _ = 1, 200 do
      local place, bytes = r:integer(6, 40), string.char(r:integer(0, 255), r:integer(0, 255))
      local shape = load(replaced(place, bytes)):shape()
      assert.equal(7 * 12 * 3, shape[1] * shape[2] * shape[3])
    end
  end)

  it("may be in a segment that is cut short", function()
    local length = whole:sub(at - 2, at - 1)
    assert.is_true((">I2"):unpack(length) > 8)
    for size = 2, 30 do
      local short = whole:sub(1, at - 3) .. (">I2"):pack(size) .. whole:sub(at, at + size - 3)
        .. whole:sub(at + (">I2"):unpack(length) - 2)
      is_upright(short)
    end
  end)
end)
