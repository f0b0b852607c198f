-- A folder of its own for pictures and one for their cache, used by the whole
-- process; and folders of pictures that are large enough to be kept there.
local image = require "invar.image"
local rng = require "invar.rng"
local tensor = require "invar.tensor"
local testing = require "invar.core.testing"

local pictures = {}

--- Makes both folders: pictures.folder and pictures.cache.
function pictures.set_up()
  pictures.root = os.tmpname()
  os.remove(pictures.root)
  pictures.folder, pictures.cache = pictures.root .. "/pictures", pictures.root .. "/cache"
  assert(os.execute(("mkdir -p '%s' '%s'"):format(pictures.folder, pictures.cache)))
  pictures.before = os.getenv "INVAR_CACHE"
  testing.environment("INVAR_CACHE", pictures.cache)
end

--- Removes both.
function pictures.tear_down()
  testing.environment("INVAR_CACHE", pictures.before)
  assert(os.execute(("rm -rf '%s'"):format(pictures.root)))
end

--- A path below the folder of pictures.
function pictures.path(...) return table.concat({pictures.folder, ...}, "/") end

--- Noise of `size` x `size` x 3.
function pictures.noise(seed, size)
  return tensor.rand(rng.new(seed), size, size, 3):mul(255):to("uint8")
end

--- `each` pictures of noise in each of the classes; 12 KB each at size 64.
function pictures.fill(classes, each, size)
  for c, class in ipairs(classes) do
    assert(os.execute(("mkdir -p '%s'"):format(pictures.path(class))))
    for i = 1, each do
      image.save(pictures.path(class, i .. ".png"), pictures.noise(1000 * c + i, size or 64))
    end
  end
end

--- The lines that a command of the shell prints.
function pictures.lines(command)
  local pipe, lines = assert(io.popen(command)), {}
  for line in pipe:lines() do lines[#lines + 1] = line end
  pipe:close()
  return lines
end

--- The names of what is in the cache.
function pictures.kept()
  return pictures.lines(("ls '%s/pictures' 2>/dev/null"):format(pictures.cache))
end

return pictures
