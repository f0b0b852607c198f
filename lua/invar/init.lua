--- The library: `local invar = require "invar"`. Its modules are loaded at
-- first use, so that the program starts fast.

local base = require "invar.core.base"

local invar = {
  version = base.version,
  clock = base.clock,
  threads = base.threads,
  backend = base.backend,
  memory = base.memory,
  progress = require("invar.core.progress").progress,
}

--- The names of the modules: invar.tensor is require "invar.tensor".
invar.modules = {"tensor", "rng", "image", "transforms", "data", "nn", "optim",
  "models", "train", "measure", "tasks", "store", "plot", "report",
  "experiment"}

local is_module = {}
for _, name in ipairs(invar.modules) do is_module[name] = true end

-- Reading a field that a module does not have is a slip: says so, with the
-- nearest name. Keys that are no names, or metamethods, read as nil.
-- `more`: names that are there but not yet loaded.
local function guard(module, module_name, more)
  local function missing(_, key)
    if type(key) ~= "string" or key:find("^__") then return nil end
    local names = {table.unpack(more or {})}
    for name in next, module do
      if type(name) == "string" then names[#names + 1] = name end
    end
    table.sort(names)
    local near = base.nearest(key, names)
    error(("there is no %s.%s%s"):format(module_name, key,
      near and (" (did you mean %s?)"):format(near) or ""), 2)
  end
  local meta = getmetatable(module)
  if meta == nil then
    setmetatable(module, {__index = missing})
  elseif type(meta) == "table" and rawget(meta, "__index") == nil then
    meta.__index = missing
  end
end

guard(invar, "invar", invar.modules)
local missing = getmetatable(invar).__index

getmetatable(invar).__index = function(self, name)
  if not is_module[name] then return missing(self, name) end
  local module = require("invar." .. name)
  if type(module) == "table" then guard(module, name) end
  rawset(self, name, module)
  return module
end

return invar
