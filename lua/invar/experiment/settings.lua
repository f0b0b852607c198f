--- Settings of experiments: plain tables with presets and overrides, all of them
-- checked against the defaults. What the defaults do not have is unknown, and
-- the type of a default is the type wanted: 1 is an integer, 1.0 any number, {1}
-- a list of integers.

local base = require "invar.core.base"
local options = require "invar.options"
local text = require "invar.experiment.text"

local settings = {}

local function fail(...) error((...):format(select(2, ...)), 0) end

--- A copy that shares no tables with the original. What `keep` (optional)
-- says true to is taken as it is.
function settings.copy(value, keep)
  if type(value) ~= "table" or keep and keep(value) then return value end
  local result = {}
  for key, item in next, value do result[key] = settings.copy(item, keep) end
  return result
end

-- ---- types --------------------------------------------------------------------

local function kind_of(value)
  if type(value) ~= "table" then
    return math.type(value) == "integer" and "integer" or type(value)
  end
  return text.is_list(value) and "list" or "group"
end

local function names_of(group)
  local names = {}
  for key in pairs(group) do names[#names + 1] = tostring(key) end
  table.sort(names)
  return names
end

-- The full name of a setting: "data.n".
local function join(where, key) return where == "" and tostring(key) or where .. "." .. key end

local function unknown(where, key, group)
  local names = names_of(group)
  local near = base.nearest(tostring(key), names)
  fail('there is no setting "%s"%s', join(where, key),
    near and (' (did you mean "%s"?)'):format(join(where, near))
    or #names > 0 and (" (there are: %s)"):format(table.concat(names, ", ")) or "")
end

local function wrong(where, wanted, value)
  fail("%s: %s expected, got %s", where, wanted, options.describe(value))
end

local words = {integer = "an integer", number = "a number", string = "a string",
  boolean = "true or false", list = "a list", group = "a table of settings"}

-- The value in the type of the default; raises where it does not fit.
local function accept(default, value, where)
  local wanted, kind = kind_of(default), kind_of(value)
  if wanted == "number" and kind == "integer" then return value + 0.0 end
  if wanted == "integer" and math.tointeger(value) and type(value) == "number" then
    return math.tointeger(value)
  end
  if wanted == "number" and value ~= value then wrong(where, "a number", value) end
  if wanted ~= kind then wrong(where, words[wanted], value) end
  if wanted ~= "list" then return value end
  local result = {}
  for i, item in ipairs(value) do
    local first, name = default[1], ("%s[%d]"):format(where, i)
    if type(first) == "table" and type(item) ~= "table" then wrong(name, "a table", item) end
    result[i] = (first == nil or type(first) == "table") and settings.copy(item)
      or accept(first, item, name)
  end
  return result
end

-- An empty table is an empty list, or a group that sets nothing.
local function is_group(value)
  return type(value) == "table" and (kind_of(value) == "group" or next(value) == nil)
end

local function merge(into, given, where)
  for key, value in pairs(given) do
    local default = into[key]
    if default == nil then unknown(where, key, into) end
    local name = join(where, key)
    if kind_of(default) == "group" then
      if not is_group(value) then wrong(name, words.group, value) end
      merge(default, value, name)
    else
      into[key] = accept(default, value, name)
    end
  end
end

-- ---- key=value ------------------------------------------------------------------

local function parse_integer(value)
  return math.tointeger(tonumber(value))
end

local function parse_number(value)
  local number = tonumber(value)
  return number and number == number and number + 0.0
end

-- A word whose type nobody says.
local function parse_any(value)
  if value == "true" or value == "false" then return value == "true" end
  return tonumber(value) or value
end

local parsers = {
  integer = parse_integer,
  number = parse_number,
  string = function(value) return value end,
  boolean = function(value)
    if value == "true" or value == "false" then return value == "true" end
  end,
}

-- One item of a list, or a range of integers: "1..3".
local function add_items(list, item, parse)
  local first, last = item:match "^(%-?%d+)%.%.(%-?%d+)$"
  if not first or parse == parsers.string then
    list[#list + 1] = parse(item)
    return list[#list] ~= nil and #list > 0
  end
  if tonumber(last) - tonumber(first) >= 100000 then return false end
  for i = math.tointeger(first), math.tointeger(last) do list[#list + 1] = parse(tostring(i)) end
  return true
end

local function parse_list(default, value, name)
  local kind = default[1] == nil and "any" or kind_of(default[1])
  if kind == "list" or kind == "group" then
    fail("%s is a list of tables: it can only be set in a preset or from Lua", name)
  end
  local list = {}
  for item in value:gmatch "[^,]+" do
    local before = #list
    if not add_items(list, item, parsers[kind] or parse_any) or #list == before then
      fail('%s: a list of %ss expected (as %s), got "%s"', name, kind,
        kind == "integer" and "1,2,5 or 1..3" or "a,b,c", value:sub(1, 60))
    end
  end
  return list
end

local function parse(default, value, name)
  local kind = kind_of(default)
  if kind == "list" then return parse_list(default, value, name) end
  if kind == "group" then
    local names = names_of(default)
    fail("%s is a group of settings: set one of %s.%s", name, name,
      table.concat(names, ", " .. name .. "."))
  end
  local result = parsers[kind](value)
  if result == nil or result == false and kind ~= "boolean" then
    fail('%s: %s expected, got "%s"', name, words[kind], value:sub(1, 60))
  end
  return result
end

-- All names with dots, for suggestions.
local function all_names(group, where, into)
  for key, value in pairs(group) do
    local name = join(where, key)
    into[#into + 1] = name
    if kind_of(value) == "group" then all_names(value, name, into) end
  end
  table.sort(into)
  return into
end

local function no_setting(all, name)
  local names = all_names(all, "", {})
  local near = base.nearest(name, names)
  local last = name:match "[^.]+$"
  for _, known in ipairs(names) do -- "n" for "data.n"
    if not near and known:match "[^.]+$" == last then near = known end
  end
  fail('there is no setting "%s"%s', name:sub(1, 60),
    near and (' (did you mean "%s"?)'):format(near) or
    (" (there are: %s)"):format(table.concat(names, ", ")))
end

local function override(all, name, value)
  local group, parts = all, {}
  for part in name:gmatch "[^.]+" do parts[#parts + 1] = part end
  for i, part in ipairs(parts) do
    local key = group[part] == nil and math.tointeger(tonumber(part)) or part
    if group[key] == nil then no_setting(all, name) end
    if i == #parts then
      group[key] = parse(group[key], value, name)
    elseif type(group[key]) ~= "table" then
      no_setting(all, name)
    else
      group = group[key]
    end
  end
  if #parts == 0 then no_setting(all, name) end
end

-- ---- all together -----------------------------------------------------------------

--- The names of the presets, in the order of their size as far as it is known.
function settings.preset_names(protocol)
  local names, order = {}, {quick = 1, small = 2, paper = 3}
  for name in pairs(protocol.presets or {}) do names[#names + 1] = name end
  table.sort(names, function(a, b)
    local x, y = order[a] or 4, order[b] or 4
    if x ~= y then return x < y end
    return a < b
  end)
  return names
end

local function apply_preset(merged, protocol, name)
  local preset = (protocol.presets or {})[name]
  if preset == nil then
    local names = settings.preset_names(protocol)
    local near = base.nearest(name, names)
    fail('%s has no preset "%s"%s', protocol.name, name,
      near and (' (did you mean "%s"?)'):format(near)
      or #names > 0 and (" (it has: %s)"):format(table.concat(names, ", ")) or "")
  end
  local ok, problem = pcall(merge, merged, preset, "")
  if not ok then fail("preset %s of %s: %s", name, protocol.name, problem) end
end

--- The settings of a run: the defaults, the preset on top, then `given` (a table
-- as in a preset), then `assignments`, a list of {name, text} from the command
-- line. Raises what is unknown or of the wrong type.
function settings.resolve(protocol, preset, given, assignments)
  local merged = settings.copy(protocol.defaults or {})
  if merged.seeds == nil then merged.seeds = {1} end
  if preset then apply_preset(merged, protocol, preset) end
  merge(merged, given or {}, "")
  for _, pair in ipairs(assignments or {}) do override(merged, pair[1], pair[2]) end
  return merged
end

--- The same settings, but reading one that is not there raises its name.
function settings.strict(group, where)
  if type(group) ~= "table" or text.is_list(group) and next(group) ~= nil then
    return settings.copy(group)
  end
  local result = {}
  for key, value in pairs(group) do
    result[key] = settings.strict(value, join(where or "", key))
  end
  return setmetatable(result, {__name = "settings", __index = function(_, key)
    if type(key) ~= "string" then return nil end
    local names = names_of(group)
    local near = base.nearest(key, names)
    error(('there is no setting "%s"%s'):format(join(where or "", key),
      near and (' (did you mean "%s"?)'):format(join(where or "", near)) or ""), 2)
  end})
end

--- Adds the values of nested tables to `into`, under names with dots. Lists stay
-- lists. What `leaf` (optional) takes care of is left to it: leaf(name, value)
-- is called with every value and returns true where it did.
function settings.flatten(group, prefix, into, leaf)
  for key, value in pairs(group) do
    local name = prefix .. key
    if leaf and leaf(name, value) then -- done
      goto continue
    elseif kind_of(value) == "group" or kind_of(value) == "list" and type(value[1]) == "table" then
      settings.flatten(value, name .. ".", into, leaf)
    else
      into[name] = value
    end
    ::continue::
  end
  return into
end

--- A value as it would be given on the command line.
function settings.show(value)
  if type(value) ~= "table" then
    return math.type(value) == "float" and ("%.14g"):format(value) or tostring(value)
  end
  local parts = {}
  local first, last = value[1], value[#value]
  if #value > 2 and math.type(first) == "integer" and last - first == #value - 1 then
    local range = true
    for i, item in ipairs(value) do range = range and item == first + i - 1 end
    if range then return first .. ".." .. last end
  end
  for i, item in ipairs(value) do
    parts[i] = type(item) == "table" and text.encode(item) or settings.show(item)
  end
  return table.concat(parts, ",")
end

--- The same; nil of nil.
function settings.show_or_nil(value)
  if value ~= nil then return settings.show(value) end
end

--- All settings as lines "name = value", sorted.
function settings.lines(group)
  local flat, names, lines = settings.flatten(group, "", {}), {}, {}
  local width = 0
  for name in pairs(flat) do
    names[#names + 1] = name
    width = math.max(width, #name)
  end
  table.sort(names)
  for i, name in ipairs(names) do
    lines[i] = ("%-" .. width .. "s = %s"):format(name, settings.show(flat[name]))
  end
  return lines
end

return settings
