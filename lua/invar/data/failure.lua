--- Errors of the functions of `data`: raised at the line that called the public
-- function, the first one outside the files of this folder.
local options = require "invar.options"

local failure = {}

local data_files = debug.getinfo(1, "S").source:gsub("/failure%.lua$", "")

--- Raises "NAME: message": a format and its values.
function failure.raise(name, ...)
  local level, info = 2, debug.getinfo(2, "S")
  while info and (info.source:sub(1, #data_files) == data_files or info.what == "C") do
    level = level + 1
    info = debug.getinfo(level, "S")
  end
  error(("%s: %s"):format(name, (...):format(select(2, ...))), info and level or 2)
end

--- f(...); what it fails with is a failure of the public function `name`.
function failure.attempt(name, f, ...)
  local results = table.pack(pcall(f, ...))
  if results[1] then return table.unpack(results, 2, results.n) end
  local message = options.renamed(results[2], name)
  if type(message) ~= "string" or message:sub(1, #name + 2) ~= name .. ": " then
    error(message, 0)
  end
  failure.raise(name, "%s", message:sub(#name + 3))
end

--- The same of the library's own work, whose failures need not begin with a name.
function failure.named(name, f, ...)
  local results = table.pack(pcall(f, ...))
  if results[1] then return table.unpack(results, 2, results.n) end
  local message = options.renamed(results[2], name)
  if type(message) ~= "string" or message:find("interrupted!", 1, true) then error(message, 0) end
  local own = message:sub(1, #name + 2) == name .. ": " and message:sub(#name + 3) or message
  failure.raise(name, "%s", own)
end

return failure
