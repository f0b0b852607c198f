-- PPM, PGM and PBM files against what their definition says
-- (https://netpbm.sourceforge.net/doc).
local files = require "support.files"
local image = require "invar.image"
local scarcity = require "support.scarcity"

local function load(text)
  return files.with_file(text, image.load)
end

local function fails(text, reason)
  local ok, message = pcall(load, text)
  assert.is_false(ok)
  assert.is_truthy(message:find(": PPM: ", 1, true), message)
  assert.is_truthy(message:find(reason, 1, true), message)
end

describe("the PNM family", function()
  it("is read from bytes", function()
    assert.same({{{1, 2, 3}, {4, 5, 6}}}, load("P6 2 1 255\n\1\2\3\4\5\6"):totable())
    assert.same({{{0}}, {{255}}}, load("P5\n1 2\n255\n\0\255"):totable())
    assert.same({{{0}, {255}, {0}, {255}, {255}, {255}, {255}, {0}, {0}}},
      load("P4 9 1\n\xa1\x80"):totable())
  end)

  it("is read from digits", function()
    assert.same({{{1, 2, 3}, {4, 5, 6}}}, load("P3 2 1 255 1 2 3 4 5 6"):totable())
    assert.same({{{0}}, {{255}}}, load("P2\n1\t2\n255\n0\r\n255\n"):totable())
    assert.same({{{0}, {255}}, {{255}, {0}}}, load("P1 2 2 1 0\n01"):totable())
  end)

  it("may have comments and any spaces in its header", function()
    assert.same({{{7}}}, load("P5#a 1 2\n# another\n 1 #\n\t1\v255\f\7"):totable())
    assert.same({{{7}, {8}}}, load("P2 2 1 255 # first 9\n7 # second\n8"):totable())
    assert.same({{{35}}}, load("P5 1 1 255\n#"):totable()) -- a pixel
  end)

  it("is rounded to 8 bits from any maximum", function()
    assert.same({{{0}, {128}, {255}}}, load("P2 3 1 2 0 1 2"):totable())
    assert.same({{{85}, {170}}}, load("P5 2 1 3\n\1\2"):totable())
    assert.same({{{0}, {1}, {255}}},
      load("P5 3 1 65535\n\0\128\0\129\xff\xff"):totable()) -- 0.498, 0.502
    assert.same({{{255, 127, 0}}}, load("P6 1 1 1000\n\3\xe8\1\xf3\0\0"):totable()) -- 499
  end)

  it("gives the first picture of several", function()
    assert.same({{{9}}}, load("P5 1 1 255\n\9P5 1 1 255\n\8"):totable())
  end)

  it("is refused where it is cut short", function()
    for _, whole in ipairs {"P6 2 2 255\n123456789abc", "P3 1 1 255 10 20 30", "P4 9 2\nabcd",
        "P1 3 1 1 0 1", "P5 1 2 300\n\1\2\0\3"} do
      assert.is_truthy(load(whole))
      for length = 3, #whole - 1 do
        local ok = pcall(load, whole:sub(1, length))
        -- Digits may end earlier: 3 is a number as 30 is.
        if not (whole:match "^P3" and length == #whole - 1) then assert.is_false(ok, length) end
      end
    end
  end)

  it("is refused where it makes no sense", function()
    fails("P6 0 1 255\n", "no picture")
    fails("P6 1 1 0\nabc", "no picture")
    fails("P5 1 1 65536\nab", "larger than 65535")
    fails("P5 1048577 1 255\na", "larger than 1048576")
    fails("P5 1 1 99999999999999999999\na", "larger than 65535")
    fails("P5 -1 1 255\na", "a number expected")
    fails("P5 1 1 255#\na", "no space")
    fails("P2 1 1 255 256", "larger than 255")
    fails("P2 1 1 255 x", "a number expected")
    fails("P1 1 2 12", "0 or 1 expected")
    fails("P5 1 1 100\n\200", "value 200 is larger than 100")
    fails("P3 2 1 255 1 2 3 4 5", "claims 1 x 2 pixels")
  end)

  it("fails where memory does", function()
    files.with_file("P2 2 1 255 1 2", function(path)
      scarcity(function() return image.load(path) end)
    end)
  end)
end)
