--- The manifest of the pack: a CSV file with a line for each picture.

local report = require "invar.report"
local system = require "invar.core.system"

local manifest = {}

-- file: in the pack. class: of objects. package, version, source: the file of
-- the Debian package that it was made of. codepoint: the glyph of a font. x, y,
-- side: the square cut from a photograph, in its pixels, from 0. hash: of size
-- and pixels (image.hash).
local COLUMNS = {"file", "class", "package", "version", "source", "codepoint", "x", "y", "side",
  "hash"}

local function path_of(folder) return folder .. "/manifest.csv" end

-- What the manifest in `folder` holds, or nil and the reason.
local function text_of(folder)
  local path = path_of(folder)
  local there, _, regular = system.exists(path)
  if there and not regular then return nil, path .. ": not a regular file" end
  local file, problem = io.open(path)
  if not file then return nil, problem end
  local text, reason = file:read "a"
  file:close()
  return text, reason
end

function manifest.write(folder, rows) report.csv(path_of(folder), rows, COLUMNS) end

-- The fields of a line; none of them holds a comma or a quote.
local function read_line(line)
  local row, k = {}, 0
  for field in (line .. ","):gmatch "([^,]*)," do
    k = k + 1
    if COLUMNS[k] and field ~= "" then row[COLUMNS[k]] = field end
  end
  local fits = k == #COLUMNS and row.hash and #row.hash == 32 and row.file
    and row.file:find "^[%w_-]+/[%w_/-]+%.png$"
  return fits and row or nil
end

--- The rows of the manifest in `folder`, strings; errors name it.
function manifest.read(folder)
  local path, rows = path_of(folder), {}
  local text, problem = text_of(folder)
  if not text then error(problem, 0) end
  local head, rest = text:match "^([^\n]*)\n(.*\n)$"
  if head ~= table.concat(COLUMNS, ",") then error(path .. ": no manifest of a pack", 0) end
  for line in rest:gmatch "([^\n]*)\n" do
    rows[#rows + 1] = read_line(line)
      or error(("%s: line %d is damaged"):format(path, #rows + 2), 0)
  end
  return rows
end

--- Whether two folders have the same manifest.
function manifest.same(a, b)
  local text = text_of(a)
  return text ~= nil and text == text_of(b)
end

return manifest
