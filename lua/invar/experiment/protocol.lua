--- Protocols: Lua files that say what an experiment does. A file returns
--   {name, summary, defaults = {…}, presets = {quick = {…}, …},
--    run = function(ctx) … end, report = function(results) … end}

local base = require "invar.core.base"
local options = require "invar.options"
local system = require "invar.core.system"
local text = require "invar.experiment.text"

local protocols = {}

local function fail(...) error((...):format(select(2, ...)), 0) end

-- The folder that holds lua/, scripts/ and examples/.
local home = package.searchpath("invar", package.path):match "^(.*)/lua/invar/init.lua$"

--- Where protocols are looked for by name: the current folder's scripts/, and
-- those that come with Invar.
function protocols.folders()
  local folders = {"scripts"}
  if home then folders[2] = home .. "/scripts" end
  return folders
end

local function read(path)
  local file, problem = io.open(path, "rb")
  if not file then fail("%s", problem) end
  local content, reason = file:read "a"
  file:close()
  if not content then fail("%s: %s", path, reason) end
  return content
end

-- ---- checking -------------------------------------------------------------------

local wanted = {
  name = "string", summary = "string", defaults = "table", presets = "table",
  run = "function", report = "function",
}

local function check_fields(protocol, path)
  for key, value in pairs(protocol) do
    if not wanted[key] then
      local names = {}
      for name in pairs(wanted) do names[#names + 1] = name end
      table.sort(names)
      local near = base.nearest(tostring(key), names)
      fail('%s: a protocol has no field "%s"%s', path, tostring(key),
        near and (' (did you mean "%s"?)'):format(near)
        or (" (it has: %s)"):format(table.concat(names, ", ")))
    end
    if type(value) ~= wanted[key] then
      fail("%s: field %s of a protocol: %s expected, got %s", path, key, wanted[key],
        options.describe(value))
    end
  end
  if not protocol.run then fail("%s: a protocol has a function run(ctx)", path) end
end

local function check_settings(protocol, path)
  local ok, problem = pcall(text.encode, protocol.defaults)
  if not ok then fail("%s: defaults: %s", path, problem) end
  if protocol.defaults.presets then
    fail("%s: presets stand beside defaults, not in them", path)
  end
  if protocol.defaults.preset ~= nil then
    fail('%s: a setting cannot be called "preset"', path)
  end
  for name, preset in pairs(protocol.presets) do
    if type(name) ~= "string" or type(preset) ~= "table" then
      fail("%s: presets are tables of settings by name", path)
    end
  end
end

--- Checks what a protocol file returned, and puts in what it may leave out.
function protocols.check(protocol, path)
  if type(protocol) ~= "table" or options.describe(protocol) ~= "table" then
    fail("%s is no protocol: it returns %s, not a table {name, summary, defaults, run, report}",
      path, protocol == nil and "nothing" or options.describe(protocol))
  end
  check_fields(protocol, path)
  local whole = {}
  for key, value in pairs(protocol) do whole[key] = value end
  whole.name = whole.name or path:match "([^/]*)%.lua$" or path:match "[^/]*$"
  whole.summary = whole.summary or ""
  whole.defaults = whole.defaults or {}
  whole.presets = whole.presets or {}
  whole.path = path
  check_settings(whole, path)
  return whole
end

-- ---- loading --------------------------------------------------------------------

-- Protocols may require what lies beside them.
local function add_folder(path)
  local pattern = (path:match "^(.*)/[^/]*$" or ".") .. "/?.lua"
  if not (";" .. package.path .. ";"):find(";" .. pattern .. ";", 1, true) then
    package.path = package.path .. ";" .. pattern
  end
end

--- Runs the file and checks what it returns. Its text is kept: the code versions
-- of steps are those of the code that runs, also when the file changes meanwhile.
function protocols.load_file(path)
  local content = read(path)
  local chunk, problem = load(content, "@" .. path, "t")
  if not chunk then fail("%s", problem) end
  add_folder(path)
  require("invar.experiment.code").remember("@" .. path, content)
  local protocol = protocols.check(chunk(), path)
  protocol.hash = base.hash(content)
  return protocol
end

-- The file looks like a protocol: running other scripts to see would be rude.
local function looks_like_one(path)
  local ok, content = pcall(read, path)
  return ok and content:find "%f[%w]defaults%f[%W]" and content:find "%f[%w]summary%f[%W]"
end

--- The protocols that are found by name: name -> path.
function protocols.found()
  local found = {}
  for _, folder in ipairs(protocols.folders()) do
    for _, name in ipairs(system.list(folder) or {}) do
      local stem = name:match "^(.*)%.lua$"
      local path = folder .. "/" .. name
      if stem and not found[stem] and looks_like_one(path) then found[stem] = path end
    end
  end
  return found
end

--- The path of a protocol given as a path or by its name.
function protocols.path(name)
  if name:find "/" or name:find "%.lua$" then
    if not system.exists(name) then
      fail("there is no file %s", name)
    end
    return name
  end
  local found = protocols.found()
  if found[name] then return found[name] end
  if system.exists(name) and not select(2, system.exists(name)) then return name end
  local names = {}
  for known in pairs(found) do names[#names + 1] = known end
  table.sort(names)
  local near = base.nearest(name, names)
  fail('there is no protocol "%s"%s; a protocol of your own is given by its path, as ./%s.lua',
    name, near and (' (did you mean "%s"?)'):format(near)
    or #names > 0 and (" (there are: %s)"):format(table.concat(names, ", "))
    or " (none in scripts/)", name)
end

--- The protocol of this name or path.
function protocols.load(name) return protocols.load_file(protocols.path(name)) end

return protocols
