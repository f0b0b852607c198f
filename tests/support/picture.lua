-- Comparing images in specs.
local picture = {}

--- The values of a tensor, flat.
local function values(t)
  return t:contiguous():reshape(t:count()):totable()
end
picture.values = values

--- The FNV-1a hash of the bytes of an image (32 bits).
function picture.hash(t)
  local h = 0x811c9dc5
  for _, byte in ipairs(values(t)) do h = ((h ~ byte) * 0x01000193) & 0xffffffff end
  return h
end

--- How many values differ, and by how much at most.
function picture.compare(a, b)
  assert(#a:shape() == #b:shape() and a:count() == b:count(), "shapes differ")
  local x, y, count, most = values(a), values(b), 0, 0
  for i = 1, #x do
    if x[i] ~= y[i] then
      count = count + 1
      most = math.max(most, math.abs(x[i] - y[i]))
    end
  end
  return count, most
end

--- The names of the 18 transformations of Transforms-2D, without those that
-- other specs define.
function picture.published()
  local transforms, names = require "invar.transforms", {}
  for _, category in ipairs {"geometric", "photometric", "corruption"} do
    for _, name in ipairs(transforms.names(category)) do names[#names + 1] = name end
  end
  return names
end

--- Where the fixtures are: tests/fixtures/.
picture.fixtures = debug.getinfo(1, "S").source:match "^@(.*)support/" .. "fixtures/"

--- A folder for files of a test; removed by picture.remove.
function picture.folder()
  local name = os.tmpname()
  os.remove(name)
  assert(require("lfs").mkdir(name))
  return name
end

function picture.remove(folder)
  local lfs = require "lfs"
  for name in lfs.dir(folder) do
    if name ~= "." and name ~= ".." then os.remove(folder .. "/" .. name) end
  end
  lfs.rmdir(folder)
end

return picture
