-- The inputs that fuzzing begins with, into tests/fixtures/fuzz: small whole files
-- of each kind. `make fuzz KEEP=1` then leaves what its search found of use.
--   build/invar scripts/make_fuzz_seeds.lua
local report = require("invar").report
package.path = "tests/?.lua;" .. package.path
local font = require "support.font"

local folder = "tests/fixtures/fuzz/"

local function read(path)
  local file <close> = assert(io.open(path, "rb"))
  return file:read "a"
end

local function seed(target, name, bytes)
  report.folder(folder .. target)
  report.write(folder .. target .. "/" .. name, bytes)
end

-- Fixtures of other tests, by the target that reads their kind.
local pipe = assert(io.popen("find tests/fixtures -path tests/fixtures/fuzz -prune -o "
  .. "-type f -size -5k -print"))
for path in pipe:lines() do
  local ending = path:match "%.(%w+)$"
  local target = ({png = "png", jpg = "jpeg", ppm = "pnm", pgm = "pnm", pbm = "pnm", npy = "npy",
    safetensors = "safetensors", csv = "csv", ttf = "glyphs"})[ending]
  if target then
    local head = target == "csv" and "\0" or "" -- which separator
    seed(target, path:gsub("^tests/fixtures/", ""):gsub("[/.]", "_"), head .. read(path))
  end
end

-- IDX: type, dimensions, sizes, elements; and compressed.
local types = {[0x08] = "B", [0x09] = "b", [0x0b] = "h", [0x0c] = "i4", [0x0d] = "f", [0x0e] = "d"}
for code, format in pairs(types) do
  local plain = (">I2BBI4I4" .. format:rep(6)):pack(0, code, 2, 2, 3, 1, 2, 3, 4, 5, 6)
  seed("idx", ("type_%02x"):format(code), plain)
  local name = os.tmpname()
  report.write(name, plain)
  os.execute("gzip -nf " .. name)
  seed("idx", ("type_%02x_gz"):format(code), read(name .. ".gz"))
  os.remove(name .. ".gz")
end

for kind, labels in ipairs {"\7", "\3\20", "\19\99"} do
  seed("cifar", "kind_" .. kind, string.char(kind - 1) .. (labels .. ("abc"):rep(1024)):rep(2))
end

seed("csv", "quoted", '\0a,b,"c ""d"""\r\n1,-2.5e3,"x\ny"\r\n.5,nan,z\r\n')
seed("csv", "blanks", "\3 1  2 up\n3 4\tdown\n")
seed("pnm", "bits", "P1\n# a comment\n3 2\n1 0 1\n0 1 0\n")
seed("pnm", "packed", "P4 9 1\n\xaa\x80")
seed("pnm", "text", "P3 1 1 65535 1 40000 65535\n")
seed("pnm", "gray", "P2 2 1 7 0 7")
local png = read "tests/fixtures/image/small.png"
for kind = 1, 5 do
  seed("glyphs", "kind_" .. kind, font.simple(0x1f600, {png, png}, kind, 17 + kind % 3))
end
for _, damage in ipairs {"", "\0\0\0\1\1", "\1\0", "\0\0\16\0\1"} do
  seed("cache", "damage_" .. #damage .. "_" .. (damage:byte(1) or 0), damage)
end
