--- The version of a step's code: a text that changes when the function does
-- something else, and stays when only comments, white space or other parts of
-- the file change. It holds the function's tokens, and in turn those of the
-- functions and the plain values that it uses from outside. Invar's own library
-- does not count: the version of the program is kept with every result.

local options = require "invar.options"
local text = require "invar.experiment.text"

local code = {}

local function fail(...) error((...):format(select(2, ...)), 0) end

-- ---- tokens -----------------------------------------------------------------------

-- The end of the long bracket (string or comment) that begins at `at`, if one does.
local function long_end(s, at)
  local level = s:match("^%[(=*)%[", at)
  if not level then return nil end
  local _, stop = s:find("]" .. level .. "]", at, true)
  return stop or #s
end

local function quoted_end(s, at)
  local quote, i = s:sub(at, at), at + 1
  while i <= #s do
    local c = s:sub(i, i)
    if c == "\\" then i = i + 1 elseif c == quote then return i end
    i = i + 1
  end
  return #s
end

local operators = {["..."] = true, [".."] = true, ["=="] = true, ["~="] = true, ["<="] = true,
  [">="] = true, ["//"] = true, ["::"] = true, ["<<"] = true, [">>"] = true}

-- The end of the token at `at`.
local function token_end(s, at)
  local c = s:sub(at, at)
  if c:find "[%a_]" then return select(2, s:find("^[%w_]+", at)) end
  if s:find("^%.?%d", at) then
    local stop = select(2, s:find("^0[xX][%x.]*[pP]?[+-]?%x*", at))
    return stop or select(2, s:find("^[%d.]+[eE]?[+-]?%d*", at))
  end
  if c == '"' or c == "'" then return quoted_end(s, at) end
  if c == "[" then return long_end(s, at) or at end
  for length = 3, 2, -1 do
    if operators[s:sub(at, at + length - 1)] then return at + length - 1 end
  end
  return at
end

--- The tokens of Lua text, without comments: a list of {text, line}.
function code.tokens(s)
  local list, at, line = {}, 1, 1
  local function pass(stop) -- counts the lines up to `stop`
    for _ in s:sub(at, stop):gmatch "\n" do line = line + 1 end
    at = stop + 1
  end
  while at <= #s do
    local space = select(2, s:find("^%s+", at))
    if space then
      pass(space)
    elseif s:find("^%-%-", at) then
      pass(long_end(s, at + 2) or (s:find("\n", at, true) or #s + 1) - 1)
    else
      local stop = token_end(s, at)
      list[#list + 1] = {text = s:sub(at, stop), line = line}
      pass(stop)
    end
  end
  return list
end

local depth = {["function"] = 1, ["if"] = 1, ["do"] = 1, ["repeat"] = 1, ["end"] = -1,
  ["until"] = -1}

-- The index of the token that ends the function whose first token is `first`.
local function function_end(tokens, first)
  local open = 0
  for i = first, #tokens do
    open = open + (depth[tokens[i].text] or 0)
    if open == 0 then return i end
  end
end

-- ---- the text of functions ----------------------------------------------------------

local sources = {} -- source name -> its text
local cut = {}     -- "source:first:last" -> the tokens of a function

--- Keeps the text that a chunk was loaded from.
function code.remember(source, content)
  sources[source] = content
  for key in pairs(cut) do
    if key:sub(1, #source) == source then cut[key] = nil end
  end
end

local function source_text(source)
  if not sources[source] then
    local file = source:sub(1, 1) == "@" and io.open(source:sub(2), "rb")
    sources[source] = file and file:read "a"
      or source:find "^[@=]" and fail("the text of %s cannot be read", source:sub(2)) or source
    if file then file:close() end
  end
  return sources[source]
end

-- The tokens from `first` to `last` line; if exactly one function begins and ends
-- there, its tokens only.
local function cut_out(tokens, first, last)
  local from, to, several
  for i, token in ipairs(tokens) do
    if token.line == first and token.text == "function" then
      local stop = function_end(tokens, i)
      if stop and tokens[stop].line == last then
        several = from ~= nil
        if several then break end
        from, to = i, stop
      end
    end
  end
  local list = {}
  for i, token in ipairs(tokens) do
    local inside = from and not several and i >= from and i <= to
      or (several or not from) and token.line >= first and token.line <= last
    if inside then list[#list + 1] = token.text end
  end
  return list
end

-- The function's tokens, as a list and as one text.
local function function_tokens(f)
  local info = debug.getinfo(f, "S")
  local key = ("%s:%d:%d"):format(info.source, info.linedefined, info.lastlinedefined)
  if not cut[key] then
    local list = cut_out(code.tokens(source_text(info.source)), info.linedefined,
      info.lastlinedefined)
    cut[key] = {list = list, text = table.concat(list, " ")}
  end
  return cut[key]
end

-- ---- what it uses -------------------------------------------------------------------

local library = package.searchpath("invar", package.path):match "^(.*/)init.lua$"

local function is_library(f)
  local info = debug.getinfo(f, "S")
  return info.what == "C" or info.source:sub(1, #library + 1) == "@" .. library
end

local standard = {_G = true, string = true, table = true, math = true, io = true, os = true,
  coroutine = true, utf8 = true, debug = true, package = true, invar = true}

-- Modules of Lua and of Invar by their table.
local function is_known_module(value)
  for name, module in pairs(package.loaded) do
    if rawequal(module, value) then
      return standard[name] or tostring(name):find "^invar%." ~= nil
    end
  end
  return false
end

local describe

local function describe_table(value, where, state)
  if is_known_module(value) then return "module" end
  if state.seen[value] then return "above" end
  local handle = state.handle and state.handle(value)
  if handle then return handle end
  local kind = options.describe(value)
  if kind ~= "table" then
    fail("it uses %s, a %s from outside: make it in the function, or say in the settings how",
      where, kind)
  end
  state.seen[value] = true
  local names, parts = {}, {}
  for key in next, value do
    if type(key) ~= "string" and type(key) ~= "number" then
      fail("it uses %s, a table with a %s for a name", where, options.describe(key))
    end
    names[#names + 1] = key
  end
  table.sort(names, function(a, b)
    if type(a) == type(b) then return a < b end
    return type(a) == "number"
  end)
  for i, key in ipairs(names) do
    parts[i] = tostring(key) .. "=" .. describe(value[key], where .. "." .. key, state)
  end
  return "{" .. table.concat(parts, ";") .. "}"
end

-- The user's own globals among the names of the function, by name.
local function globals_used(tokens, environment)
  local found, before = {}, nil
  for _, token in ipairs(tokens) do
    if before ~= "." and before ~= ":" and token:find "^[%a_]" then
      local value = rawget(environment, token)
      if value ~= nil and not is_known_module(value)
        and not (type(value) == "function" and is_library(value)) then
        found[token] = value
      end
    end
    before = token
  end
  return found
end

local function describe_function(f, state)
  if is_library(f) then return "library" end
  if state.seen[f] then return "above" end
  state.seen[f] = true
  local tokens = function_tokens(f)
  local parts, used = {tokens.text}, {}
  for i = 1, math.huge do
    local name, value = debug.getupvalue(f, i)
    if not name then break end
    if name == "_ENV" and type(value) == "table" then
      for global, thing in pairs(globals_used(tokens.list, value)) do used[global] = thing end
    else
      used[name] = value
    end
  end
  local names = {}
  for name in pairs(used) do names[#names + 1] = name end
  table.sort(names)
  for _, name in ipairs(names) do
    parts[#parts + 1] = name .. "=" .. describe(used[name], name, state)
  end
  return "(" .. table.concat(parts, "\n") .. ")"
end

function describe(value, where, state)
  local kind = type(value)
  if kind == "table" then return describe_table(value, where, state) end
  if kind == "function" then return describe_function(value, state) end
  if kind == "userdata" or kind == "thread" then
    fail("it uses %s, a %s from outside: make it in the function, or say in the settings how",
      where, options.describe(value))
  end
  return value == nil and "nil" or text.encode(value)
end

--- The version of a function's code. `handle` (optional) is called with each
-- table that the function uses from outside; where it returns a text, that
-- stands for the table. Raises what cannot be part of it (a tensor, say).
function code.version(f, handle)
  return describe_function(f, {seen = {}, handle = handle})
end

return code
