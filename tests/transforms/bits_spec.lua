-- The same bits on every machine, with every compiler and optimisation: a hash
-- of many draws, recorded once with gcc -O3 and equal with gcc -O0, clang -O3
-- and without vector clones.
local image = require "invar.image"
local picture = require "support.picture"
local rng = require "invar.rng"
local transforms = require "invar.transforms"

local folder = picture.fixtures .. "transforms/"
local recorded = {
  scale = "bfc05e9a", translate = "7e55fbf2", v_flip = "798a0c7c",
  h_flip = "a00ab20c", rotate = "2c0d9ad7", shear = "5538483f",
  hue = "ddb1bc86", brightness = "ccd0b30a", grayscale = "79350f89",
  posterize = "eaf7fe91", invert = "d492da18", sharpen = "c4c759c1",
  blur = "86f9220c", noise = "46f2ae69", pixelate = "9208ad67",
  elastic = "77258f46", erasing = "c07ca761", contrast = "d8258537",
}

describe("bits", function()
  local inputs = {}
  for _, name in ipairs {"input_1.png", "soft_37.png"} do
    local img = image.load(folder .. name)
    inputs[#inputs + 1] = img
    inputs[#inputs + 1] = img:narrow(3, 1, 3)
    inputs[#inputs + 1] = img:narrow(3, 2, 1)
  end
  for _, name in ipairs(picture.published()) do
    it("of " .. name, function()
      local t, h = transforms.create(name), 0
      for i, img in ipairs(inputs) do
        for j = 1, 4 do
          h = (h * 31 + picture.hash(t(img, rng.new(i):at(name, j)))) & 0xffffffff
        end
      end
      assert.equal(recorded[name], ("%08x"):format(h))
    end)
  end
end)
