--- Plain tables as text: JSON with sorted names, one text per value, so that
-- texts can be compared and hashed, and other programs can read them.
--
-- A table with the keys 1 to n is an array, any other one an object; integer
-- keys of an object are written as strings ({"adam", lr = 1e-3} is
-- {"1":"adam","lr":0.001}). Floats keep all bits and differ from integers
-- ("2.0"); NaN is null, infinity 1e999.

local options = require "invar.options"

local text = {}

-- ---- writing ----------------------------------------------------------------

local escapes = {['"'] = '\\"', ["\\"] = "\\\\", ["\n"] = "\\n", ["\r"] = "\\r", ["\t"] = "\\t"}

local function quote(value)
  return '"' .. value:gsub('[%c"\\\127]', function(c)
    return escapes[c] or ("\\u%04x"):format(c:byte())
  end) .. '"'
end

local function number(value)
  if math.type(value) == "integer" then return tostring(value) end
  if value ~= value then return "null" end
  if value == math.huge then return "1e999" end
  if value == -math.huge then return "-1e999" end
  local short = ("%.15g"):format(value)
  if tonumber(short) ~= value then short = ("%.17g"):format(value) end
  return short:find "[.e]" and short or short .. ".0"
end

--- Whether the keys are 1 to n.
function text.is_list(t)
  local n = 0
  for _ in next, t do n = n + 1 end
  return n == #t
end

-- Raises what is wrong at `where` in the value.
local function fail(where, ...)
  error((where == "" and "" or where .. ": ") .. (...):format(select(2, ...)), 0)
end

local function key_text(key, where)
  if math.type(key) == "integer" then return tostring(key) end
  if type(key) ~= "string" then
    fail(where, "names are strings or integers, got %s", options.describe(key))
  end
  if key:find "^%-?%d+$" or not utf8.len(key) then
    fail(where, "%q cannot be a name", key:sub(1, 60))
  end
  return key
end

local encode

local function encode_table(value, where, above, special)
  if above[value] then fail(where, "a table holds itself") end
  above[value] = true
  local parts = {}
  if text.is_list(value) then
    for i, item in ipairs(value) do
      parts[i] = encode(item, ("%s[%d]"):format(where, i), above, special)
    end
    above[value] = nil
    return "[" .. table.concat(parts, ",") .. "]"
  end
  local names, items = {}, {}
  for key, item in next, value do
    local name = key_text(key, where)
    names[#names + 1], items[name] = name, item
  end
  table.sort(names)
  for i, name in ipairs(names) do
    local inside = where == "" and name or where .. "." .. name
    parts[i] = quote(name) .. ":" .. encode(items[name], inside, above, special)
  end
  above[value] = nil
  return "{" .. table.concat(parts, ",") .. "}"
end

function encode(value, where, above, special)
  local kind = type(value)
  local replaced = special and special(value, where)
  if replaced then return replaced end
  if kind == "number" then return number(value) end
  if kind == "boolean" then return tostring(value) end
  if kind == "string" then
    if not utf8.len(value) then fail(where, "%q is not UTF-8", value:sub(1, 60)) end
    return quote(value)
  end
  local own = kind == "table" and options.describe(value)
  if own == "table" or own == "settings" then
    return encode_table(value, where, above, special)
  end
  fail(where, "plain values expected (numbers, strings, booleans and tables of them), got %s",
    options.describe(value))
end

--- The text of a plain value. Raises what is not plain, with its place.
-- `special` (optional): called with each value and its place; the text that it
-- returns stands for the value.
function text.encode(value, special) return encode(value, "", {}, special) end

-- ---- reading ----------------------------------------------------------------

local unescapes = {b = "\b", f = "\f", n = "\n", r = "\r", t = "\t"}

local function unquote(raw)
  return (raw:gsub("\\(u?)(.)(%x?%x?%x?)", function(unicode, c, digits)
    if unicode == "u" then return utf8.char(tonumber(c .. digits, 16)) end
    return (unescapes[c] or c) .. digits
  end))
end

local decode

local function decode_string(s, at)
  local from = at
  repeat
    local found = s:find('["\\]', at + 1)
    if not found then error("a string without end", 0) end
    at = s:byte(found) == 92 and found + 1 or found
  until at == found
  return unquote(s:sub(from + 1, at - 1)), at + 1
end

local function decode_array(s, at)
  local list = {}
  at = s:find("%S", at + 1)
  if s:sub(at, at) == "]" then return list, at + 1 end
  for n = 1, math.huge do
    list[n], at = decode(s, at)
    at = s:find("%S", at)
    local c = s:sub(at, at)
    if c == "]" then return list, at + 1 end
    if c ~= "," then error("',' or ']' expected at " .. at, 0) end
    at = at + 1
  end
end

local function decode_object(s, at)
  local object = {}
  at = s:find("%S", at + 1)
  if s:sub(at, at) == "}" then return object, at + 1 end
  while true do
    local key, after = decode_string(s, (s:find('"', at, true)))
    key = key:find "^%-?%d+$" and math.tointeger(key) or key
    object[key], at = decode(s, s:match("^%s*:()", after))
    at = s:find("%S", at)
    local c = s:sub(at, at)
    if c == "}" then return object, at + 1 end
    if c ~= "," then error("',' or '}' expected at " .. at, 0) end
    at = at + 1
  end
end

local words = {["true"] = true, ["false"] = false, null = 0 / 0}

function decode(s, at)
  at = s:find("%S", at)
  local c = s:sub(at, at)
  if c == "{" then return decode_object(s, at) end
  if c == "[" then return decode_array(s, at) end
  if c == '"' then return decode_string(s, at) end
  local word, after = s:match("^([%w.+-]+)()", at)
  if words[word] ~= nil then return words[word], after end
  local value = tonumber(word)
  if value == nil then error("a value expected at " .. at, 0) end
  return value, after
end

--- The value of a text that encode() wrote.
function text.decode(s)
  local ok, value = pcall(decode, s, 1)
  if not ok then error(("%q is no JSON"):format(s:sub(1, 60)), 0) end
  return value
end

return text
