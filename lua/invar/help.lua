--- help(x): what a function, method, type or module does. The texts are records
-- in lua/invar/help/MODULE.lua, one for each public name:
--   {name = "tensor.zeros", call = "tensor.zeros(d1, d2, ...)",
--    summary = "A tensor of zeros.", text = "...", example = "..."}
-- Methods have a colon: "tensor:sum". The reference is made from them too.

local base = require "invar.core.base"

local help = {}

local sources = {"invar", "shell"} -- and one for each module
local records, by_name             -- in the order of the files; name -> record

local function load_file(module, list)
  local name = "invar.help." .. module
  if not package.searchpath(name, package.path) then return end
  for _, record in ipairs(require(name)) do
    record.module = module
    list[#list + 1] = record
  end
end

local function load_all()
  if records then return end
  local list = {}
  for _, module in ipairs(sources) do load_file(module, list) end
  for _, module in ipairs(require("invar").modules) do load_file(module, list) end
  by_name = {}
  for _, record in ipairs(list) do by_name[record.name] = record end
  records = list
end

--- All records, in the order of the modules.
function help.records()
  load_all()
  return records
end

--- The names that begin with `start`, sorted.
function help.names(start)
  load_all()
  local names = {}
  for name in pairs(by_name) do
    if name:sub(1, #start) == start then names[#names + 1] = name end
  end
  table.sort(names)
  return names
end

-- What a public name stands for, as far as it is loaded: nothing is loaded to
-- find it, unless `load` is true.
function help.resolve(name, load)
  local owner, method = name:match "^(.+):([^:]+)$"
  if owner then
    local meta = debug.getregistry()[owner]
    local methods = type(meta) == "table" and rawget(meta, "methods")
    return type(methods) == "table" and rawget(methods, method) or nil
  end
  local value, first = nil, true
  for part in name:gmatch "[^.]+" do
    if first then
      local module = part == "invar" and "invar" or "invar." .. part
      value = package.loaded[module] or rawget(_G, part)
      if value == nil and load and package.searchpath(module, package.path) then
        value = require(module)
      end
      first = false
    else
      if type(value) ~= "table" then return nil end
      value = rawget(value, part)
    end
  end
  return value
end

--- The public name of a function, or nil.
function help.name_of(value)
  load_all()
  for _, record in ipairs(records) do
    if rawequal(help.resolve(record.name), value) then return record.name end
  end
end

--- The name of a module of Invar, or nil where the value is something else.
function help.module_name(value)
  for _, name in ipairs(require("invar").modules) do
    if rawequal(package.loaded["invar." .. name], value) then return name end
  end
  return rawequal(package.loaded.invar, value) and "invar" or nil
end

-- The module, type or class that a value is, for its list of functions.
local function owner_of(value)
  local module = value ~= nil and help.module_name(value)
  if module then return module end
  local meta = debug.getmetatable(value)
  local name = type(meta) == "table" and rawget(meta, "__name")
  return type(name) == "string" and name or nil
end

local function record_text(record)
  local parts = {record.call or record.name, "", record.summary}
  if record.text and record.text ~= "" then
    parts[#parts + 1] = ""
    parts[#parts + 1] = (record.text:gsub("%s+$", ""))
  end
  if record.example then
    parts[#parts + 1] = "\nExample:"
    parts[#parts + 1] = "  " .. record.example:gsub("%s+$", ""):gsub("\n", "\n  ")
  end
  return table.concat(parts, "\n")
end

local function list_text(title, list)
  local width, lines = 0, {title}
  for _, record in ipairs(list) do width = math.max(width, #record.name) end
  width = math.min(width, 32)
  for _, record in ipairs(list) do
    lines[#lines + 1] = ("  %-" .. width .. "s  %s"):format(record.name, record.summary)
  end
  return table.concat(lines, "\n")
end

-- The records of a module or type: "tensor" has tensor.zeros and tensor:sum.
local function members(owner)
  local list = {}
  for _, record in ipairs(records) do
    local rest = record.name:sub(1, #owner) == owner and record.name:sub(#owner + 1)
    if rest and rest:find "^[.:]" then list[#list + 1] = record end
  end
  return list
end

-- The records in whose name, or else summary, the words occur.
local function search(words)
  local inside, about = {}, {}
  local lower = words:lower()
  for _, record in ipairs(records) do
    if record.name:lower():find(lower, 1, true) then
      inside[#inside + 1] = record
    elseif (record.summary .. (record.text or "")):lower():find(lower, 1, true) then
      about[#about + 1] = record
    end
  end
  return #inside > 0 and inside or about
end

local function text_for_name(name)
  if by_name[name] then
    local text, list = record_text(by_name[name]), members(name)
    return #list > 0 and list_text(text .. "\n", list) or text
  end
  local list = members(name)
  if #list > 0 then return list_text(name .. ":", list) end
  list = search(name)
  if #list == 1 then return record_text(list[1]) end
  if #list > 0 then return list_text(("Names that go with %q:"):format(name), list) end
  local names = {}
  for known in pairs(by_name) do
    names[#names + 1] = known
    names[#names + 1] = known:match "[^.:]+$"
  end
  table.sort(names)
  local near = base.nearest(name, names)
  return ('There is no help on "%s"%s'):format(name,
    near and (' (did you mean "%s"?)'):format(near) or ".")
end

local function introduction()
  local lines = {by_name.help and by_name.help.text or "", "", "Modules:"}
  for _, name in ipairs(require("invar").modules) do
    local record = by_name[name]
    lines[#lines + 1] = ("  %-12s%s"):format(name, record and record.summary or "")
  end
  return table.concat(lines, "\n")
end

--- The help text for a function, value, module or name; without argument the
-- introduction.
function help.text(...)
  load_all()
  local n, value = select("#", ...), (...)
  if n == 0 then return introduction() end
  if type(value) == "string" then return text_for_name(value) end
  if value == nil then return 'There is no help on nil: help("name") takes names.' end
  local name = type(value) == "function" and help.name_of(value) or owner_of(value)
  if name then return text_for_name(name) end
  return ("There is no help on this %s."):format(type(value))
end

return setmetatable(help, {
  __call = function(self, ...) print(self.text(...)) end,
  __tostring = function(self) return self.text() end,
})
