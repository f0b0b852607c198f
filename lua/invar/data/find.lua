--- Where data sets lie: where the user says, or in $INVAR_DATA, the user's data
-- folder ($XDG_DATA_HOME/invar or ~/.local/share/invar), /usr/local/share/datasets
-- and /usr/share/datasets, each under the names that a set's folder may have.
local fail = require("invar.data.failure").raise
local system = require "invar.core.system"

local find = {}

local function roots()
  local list, home = {}, os.getenv "HOME"
  local function add(folder, below)
    if folder and folder ~= "" then list[#list + 1] = folder .. below end
  end
  add(os.getenv "INVAR_DATA", "")
  local own = os.getenv "XDG_DATA_HOME"
  if own and own ~= "" then add(own, "/invar") else add(home, "/.local/share/invar") end
  add("/usr/local/share/datasets", "")
  add("/usr/share/datasets", "")
  return list
end

--- The file FOLDER/file, or FOLDER/file.gz where that is there; nil without both.
function find.file(folder, file)
  for _, ending in ipairs {"", ".gz"} do
    local path = folder .. "/" .. file .. ending
    if system.exists(path) then return path end
  end
end

--- The folder of a set: the first that has `file`.
--   name    the public function, for messages
--   path    where the user says it is: this folder or one below it; nil: in the roots
--   names   what the folder may be called
--   file    a file that is in it, perhaps with .gz
--   where   a sentence: where users get it
function find.folder(name, path, names, file, where)
  local tried = path and {path} or roots()
  for _, root in ipairs(tried) do
    local places = path and {root} or {}
    for _, below in ipairs(names) do places[#places + 1] = root .. "/" .. below end
    for _, place in ipairs(places) do
      if find.file(place, file) then return place end
    end
  end
  fail(name, "there is no %s in %s, nor in a folder %s there. %s", file,
    table.concat(tried, ", "), table.concat(names, " or "), where)
end

--- The lines of a small text file that are not empty, or nil without the file.
-- Whoever opens a pipe waits for its writer.
function find.lines(path)
  local _, _, regular = system.exists(path)
  local file = regular and io.open(path, "rb")
  if not file then return nil end
  local lines = {}
  for line in ((file:read(1 << 16) or "") .. "\n"):gmatch "([^\r\n]+)" do
    lines[#lines + 1] = line
  end
  file:close()
  return lines
end

return find
