--- Checking of arguments and settings for functions written in Lua: the same
-- rules and the same messages as the bindings in C (src/lua/binding.h).

local base = require "invar.core.base"

local options = {}

-- Raises at the line that called the public function. Three functions stand
-- between: this one, the checker that calls it, and the public function.
local function fail(name, ...)
  error(("%s: %s"):format(name, (...):format(select(2, ...))), 4)
end

--- What a value is, for messages; numbers and short strings are shown.
function options.describe(value)
  local kind = type(value)
  if kind == "string" then return ('"%s"'):format(value:sub(1, 60)) end
  if kind == "number" or kind == "boolean" then return tostring(value) end
  local meta = debug.getmetatable(value)
  local own = type(meta) == "table" and rawget(meta, "__name")
  return type(own) == "string" and own or kind
end

-- "integer", "number", a basic type, or the name of a userdata or class.
local function is_a(value, wanted)
  if wanted == "integer" then
    return type(value) == "number" and math.tointeger(value) ~= nil
  elseif wanted == "number" then
    return type(value) == "number" and value == value
  end
  if type(value) == wanted then return true end
  local meta = debug.getmetatable(value)
  return type(meta) == "table" and rawget(meta, "__name") == wanted
end

local function is_finite(value) return value - value == 0 end

local function in_range(value, rule)
  if type(value) ~= "number" then return true end
  return value >= (rule.min or -math.huge) and value <= (rule.max or math.huge)
    and (rule.above == nil or value > rule.above)
    and (rule.below == nil or value < rule.below)
    and (is_finite(value) or rule.infinite == true)
end

local function contains(list, value)
  for _, item in ipairs(list) do
    if item == value then return true end
  end
  return false
end

-- The value as it is to be used, or nil where it breaks the rule. Whole
-- floats become integers where integers are wanted.
local function accept(value, types, rule)
  if rule.choices then
    if contains(rule.choices, value) then return value end
    return nil
  end
  for _, wanted in ipairs(types) do
    if is_a(value, wanted) and in_range(value, rule) then
      return wanted == "integer" and math.tointeger(value) or value
    end
  end
end

local function range_text(rule)
  local parts = {}
  if rule.min and rule.max then
    parts[1] = (" in %s .. %s"):format(rule.min, rule.max)
  elseif rule.min then
    parts[1] = (" >= %s"):format(rule.min)
  elseif rule.max then
    parts[1] = (" <= %s"):format(rule.max)
  end
  if rule.above then parts[#parts + 1] = (" > %s"):format(rule.above) end
  if rule.below then parts[#parts + 1] = (" < %s"):format(rule.below) end
  return table.concat(parts, " and")
end

-- What a rule wants, in words.
local function wanted_text(types, rule)
  if not rule.choices then
    local words = table.concat(types, " or ")
    if not rule.infinite and not (rule.min and rule.max) then
      words = words:gsub("number", "finite number")
    end
    return words .. range_text(rule)
  end
  local shown = {}
  for i, choice in ipairs(rule.choices) do
    shown[i] = type(choice) == "string" and ('"%s"'):format(choice)
      or tostring(choice)
  end
  return "one of " .. table.concat(shown, ", ")
end

local function list_of(types)
  return type(types) == "table" and types or {types}
end

--- The error of one public function under the name of another that called it:
-- without the place and the name that it begins with. What begins with no such
-- name (interruptions, errors of the user's own functions) stays as it is.
function options.renamed(message, name)
  if type(message) ~= "string" then return message end
  local text, found = message:gsub("^[^\n:]*:%d+: ", ""):gsub("^%a[%w_.]*[.:][%w_]+: ", "")
  return found > 0 and name .. ": " .. text or message
end

--- A new table with the fields of all tables; later ones win.
function options.merged(...)
  local all = {}
  for _, fields in ipairs {...} do
    for key, value in pairs(fields) do all[key] = value end
  end
  return all
end

--- Checks one argument of the public function `name` and returns it.
-- `types` is a type or a list of them; `rule` (optional) as in options.check.
function options.argument(name, number, value, types, rule)
  rule, types = rule or {}, list_of(types)
  local result = accept(value, types, rule)
  if result == nil then
    fail(name, "argument %d: %s expected, got %s", number,
      wanted_text(types, rule), options.describe(value))
  end
  return result
end

-- The types that a setting may have: those of its rule, or that of its default.
local function types_of(default, rule)
  if rule.type then return list_of(rule.type) end
  return {math.type(default) == "integer" and "integer" or
    math.type(default) and "number" or type(default)}
end

local function known_names(defaults, rules)
  local names = {}
  for key in pairs(defaults) do names[#names + 1] = key end
  for key in pairs(rules) do
    if defaults[key] == nil then names[#names + 1] = key end
  end
  table.sort(names)
  return names
end

local function unknown_text(key, names)
  if type(key) ~= "string" then
    return "option names are strings, got " .. options.describe(key)
  end
  local near = base.nearest(key, names)
  return ('there is no option "%s"%s'):format(key:sub(1, 60),
    near and (' (did you mean "%s"?)'):format(near) or
    " (there are: " .. table.concat(names, ", ") .. ")")
end

--- Merges the settings a caller gave with the defaults; returns a new table.
--
-- `name`: the public function, for messages ("train.fit").
-- `given`: the caller's table, or nil.
-- `defaults`: known settings and their default values. The type of a default
--   is the type wanted: 1 an integer, 1.0 any number.
-- `rules` (optional): key -> rule for what the default does not say, also for
--   settings without a default:
--     type      a type or a list of them: "integer", "number", "string",
--               "boolean", "table", "function", "tensor", "dataset", ...
--     required  true: must be given
--     min, max  range, ends included; above, below: ends excluded
--     infinite  true: infinite numbers are allowed (NaN never is)
--     choices   the list of allowed values
-- A value equal to its default is always allowed (false for "off", say).
-- Everything else raises at the line that called the public function.
function options.check(name, given, defaults, rules)
  rules = rules or {}
  if given ~= nil and type(given) ~= "table" then
    fail(name, "table of options expected, got %s", options.describe(given))
  end
  local merged = options.merged(defaults)
  for key, value in pairs(given or {}) do
    local rule, default = rules[key] or {}, defaults[key]
    if default == nil and not rules[key] then
      fail(name, "%s", unknown_text(key, known_names(defaults, rules)))
    end
    if not rawequal(value, default) then
      local types = types_of(default, rule)
      local result = accept(value, types, rule)
      if result == nil then
        fail(name, "option %s: %s expected, got %s", key,
          wanted_text(types, rule), options.describe(value))
      end
      merged[key] = result
    end
  end
  for key, rule in pairs(rules) do
    if rule.required and merged[key] == nil then
      fail(name, "option %s is missing: %s expected", key,
        wanted_text(types_of(nil, rule), rule))
    end
  end
  return merged
end

return options
