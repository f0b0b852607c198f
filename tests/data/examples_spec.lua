-- The examples in the help on datasets and images run as they stand.
local image = require "invar.image"
local invar = require "invar"
local lfs = require "lfs"
local rng = require "invar.rng"
local sets = require "support.sets"
local files = require "support.files"
local tensor = require "invar.tensor"
local testing = require "invar.core.testing"
local with_folder = require "support.folder"

-- What needs files that nobody has made here, or takes long.
local left_out = {
  ["data.cifar10"] = true, ["data.cifar100"] = true, ["data.mnist"] = true,
  ["data.fashion_mnist"] = true, ["data.objects.dataset"] = true,
  ["dataset:with_transforms"] = true, -- CIFAR-10
  ["data"] = true, -- Fashion-MNIST
  ["data.objects.pack"] = true, ["data.backgrounds.pack"] = true,
  ["data.build_pack"] = true, ["data.check_pack"] = true,
  ["image.glyph"] = true, -- a font
  ["data.series"] = true, -- trains
}

-- The files that examples read, in the working folder.
local function make_files()
  local picture = tensor.rand(rng.new(1), 40, 40, 3):mul(255):to "uint8"
  for _, folder in ipairs {"birds", "birds/owl", "birds/tit", "pictures", "backgrounds",
    "foregrounds"} do
    assert(lfs.mkdir(folder))
  end
  for _, name in ipairs {"cup.png", "dog.png", "meadow.png", "street.png", "photo.jpg", "o.png",
    "pictures/1.png", "backgrounds/1.png", "foregrounds/cup.png"} do
    image.save(name, picture)
  end
  for i = 1, 10 do
    image.save(("birds/owl/%d.png"):format(i), picture)
    image.save(("birds/tit/%d.png"):format(i), picture)
  end
  local labels = {}
  for i = 1, 20 do labels[i] = i % 2 end
  tensor.zeros(20, 6, 6, 1):to("uint8"):save "x.npy"
  tensor(labels):to("int32"):save "y.npy"
  files.write("x.idx.gz", sets.gzip(sets.idx(8, {20, 1, 1}, "B", labels)))
  files.write("y.idx.gz", sets.gzip(sets.idx(8, {20}, "B", labels)))
end

-- What examples take for granted beside the modules.
local function environment()
  local function picture(channels) return tensor.zeros(64, 64, channels):to "uint8" end
  local ds = invar.data.transforms2d {n = 600, size = 16, transforms = {"rotate", "hue"},
    backgrounds = invar.data.backgrounds.random(), split = "test"}
  local given = {
    print = function() end, ds = ds, it = ds:batches {},
    x = tensor.zeros(4, 8, 8, 3):to "uint8", y = tensor({1, 2, 1, 2}):to "int32",
    img = picture(3), a = picture(3), b = picture(3), sheet = picture(3), background = picture(3),
    object = picture(4),
  }
  return setmetatable(given, {__index = function(_, key)
    local ok, module = pcall(function() return invar[key] end)
    return ok and module or _G[key]
  end})
end

describe("the example of", function()
  local before, home, write = os.getenv "INVAR_CACHE", lfs.currentdir(), io.write
  teardown(function() testing.environment("INVAR_CACHE", before) end)

  it("every function of data and image runs", function()
    with_folder(function(folder)
      testing.environment("INVAR_CACHE", folder .. "/cache")
      assert(lfs.chdir(folder))
      local failed, run = {}, 0
      local ok, problem = pcall(function()
        make_files()
        local env = environment()
        rawset(io, "write", function() end) -- pictures in the terminal
        for _, module in ipairs {"data", "image"} do
          for _, record in ipairs(require("invar.help." .. module)) do
            if record.example and not left_out[record.name] then
              local f = load(record.example, record.name, "t", env)
                or assert(load("return " .. record.example, record.name, "t", env))
              local fine, message = pcall(f)
              run = run + 1
              if not fine then failed[#failed + 1] = tostring(message) end
            end
          end
        end
      end)
      lfs.chdir(home)
      rawset(io, "write", write)
      assert(ok, problem)
      assert.equal("", table.concat(failed, "\n"))
      assert.is_true(run > 60)
    end)
  end)
end)
