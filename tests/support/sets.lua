-- Labelled sets for tests: files of CIFAR and IDX, written here byte by byte from
-- the descriptions of the formats.
local files = require "support.files"
local invar = require "invar"

local sets = {}

--- Value of row y, column x (from 0), channel c of picture i: any will do.
function sets.pixel(i, y, x, c) return (i * 31 + y * 7 + x * 3 + c * 101) % 256 end

--- A CIFAR record: labels (one byte or two), then red, green and blue plane.
function sets.cifar_record(i, ...)
  local bytes = {string.char(...)}
  for c = 0, 2 do
    for y = 0, 31 do
      for x = 0, 31 do bytes[#bytes + 1] = string.char(sets.pixel(i, y, x, c)) end
    end
  end
  return table.concat(bytes)
end

--- An IDX file: type byte, sizes, elements packed big endian in `format`.
function sets.idx(code, sizes, format, elements)
  local parts = {string.pack(">BBBB", 0, 0, code, #sizes)}
  for _, size in ipairs(sizes) do parts[#parts + 1] = string.pack(">I4", size) end
  for _, value in ipairs(elements) do parts[#parts + 1] = string.pack(">" .. format, value) end
  return table.concat(parts)
end

--- The bytes as gzip packs them.
function sets.gzip(text)
  return files.with_file(text, function(path)
    local pipe <close> = assert(io.popen("gzip -nc " .. path, "r"))
    return pipe:read "a"
  end)
end

--- Writes FOLDER/fashion-mnist, with few pictures: class k (from 0) is a bar at line
-- k, and 5000 of those to train are for validation.
function sets.fashion_mnist(folder)
  local path = folder .. "/fashion-mnist"
  invar.report.folder(path)
  for name, count in pairs {train = 5300, t10k = 100} do
    local pictures, labels = {}, {}
    for i = 1, count do
      local bar = i % 10
      pictures[i] = ("\20"):rep(28 * 2 * (bar + 1)) .. ("\200"):rep(56) .. ("\20"):rep(
        784 - 56 - 56 * (bar + 1))
      labels[i] = string.char(bar)
    end
    files.write(("%s/%s-images-idx3-ubyte"):format(path, name),
      string.pack(">BBBB I4I4I4", 0, 0, 8, 3, count, 28, 28) .. table.concat(pictures))
    files.write(("%s/%s-labels-idx1-ubyte"):format(path, name),
      string.pack(">BBBB I4", 0, 0, 8, 1, count) .. table.concat(labels))
  end
end

--- Whether f(...) is refused with a message that has `wanted` in it.
function sets.refused(wanted, f, ...)
  local ok, message = pcall(f, ...)
  if ok then error("accepted; wanted: " .. wanted, 2) end
  if not tostring(message):find(wanted, 1, true) then
    error(("got %q, wanted %q"):format(tostring(message), wanted), 2)
  end
end

return sets
