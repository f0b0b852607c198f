-- Folders of JPEG and PNG files, decoded and resized, against torchvision's
-- ImageFolder on Pillow: pictures per second and core, by turns in one run.
--
--   invar bench/pictures.lua [rounds]
--
-- 40 pictures of 500 x 375 with the detail of photographs: built-in backgrounds
-- with noise, which Pillow writes as JPEG of quality 90 and as PNG. Both sides
-- end with float32 values in [0, 1]. "exact" decodes JPEGs in full, with
-- Pillow's bits; else they may be decoded at a smaller size (image.load).
local here = arg[0]:match("^(.*)/[^/]*$") or "."
package.path = here .. "/support/?.lua;" .. package.path

local talk = require "talk"
local invar = require "invar"
local data, image, rng, tensor = invar.data, invar.image, invar.rng, invar.tensor

local HEIGHT, WIDTH, COUNT, NOISE = 375, 500, 40, 6
local rounds = math.tointeger(arg[1] or 5)

invar.threads(1)
local ask = talk.start(("env OMP_NUM_THREADS=1 /usr/bin/python3 '%s/pictures_peer.py'")
  :format(here))
if not ask then return print "torchvision is not there: make deps-bench" end

local folder = os.tmpname()
os.remove(folder)
assert(os.execute(("mkdir -p '%s/made'"):format(folder)))

local function make()
  local backgrounds = data.backgrounds.builtin()
  for i = 1, COUNT do
    local picture = image.crop(backgrounds:image(i * 21, WIDTH), 1, 1, HEIGHT, WIDTH)
    local noise = tensor.randn(rng.new(i), HEIGHT, WIDTH, 3) * NOISE
    image.save(("%s/made/%02d.png"):format(folder, i),
      (picture:to("float32") + noise):clamp(0, 255):to("uint8"))
  end
  ask(("write %s/made %s"):format(folder, folder))
end

local function files_of(kind)
  local files = {}
  for path in io.popen(("ls '%s/%s/all/'*"):format(folder, kind)):lines() do
    files[#files + 1] = path
  end
  return files
end

-- Processor seconds for each picture.
local function read(files, size, exact)
  local start = os.clock()
  for _, path in ipairs(files) do
    local picture = image.load(path, {size = not exact and size or nil})
    local shape = picture:shape()
    local small = image.resize(picture, {height = size, width = size * shape[2] // shape[1]})
    small:to("float32"):div_(255)
  end
  return (os.clock() - start) / #files
end

local function compare(kind, size, exact)
  local files, ours, theirs, ratios = files_of(kind), {}, {}, {}
  read(files, size, exact)
  for i = 1, rounds do
    ours[i] = read(files, size, exact)
    theirs[i] = tonumber(ask(("read %s/%s %d"):format(folder, kind, size)))
    ratios[i] = theirs[i] / ours[i]
  end
  print(("%-12s %5d %10.0f %10.0f %8.2f  (%.2f to %.2f)"):format(
    kind .. (exact and ", exact" or ""), size, 1 / talk.median(ours),
    1 / talk.median(theirs), talk.median(ratios)))
end

local ok, problem = pcall(function()
  make()
  print(("%-12s %5s %10s %10s %8s"):format("per second", "size", "Invar", "Pillow", "ratio"))
  for _, size in ipairs {32, 224} do
    compare("jpeg", size)
    compare("jpeg", size, true)
    compare("png", size)
  end
end)
ask "exit"
os.execute(("rm -rf '%s'"):format(folder))
if not ok then error(problem, 0) end
