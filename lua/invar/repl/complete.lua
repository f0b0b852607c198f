--- Completion: names, fields and methods of what is there, modules in
-- require "...", files in other strings. Nothing of the user runs for it: no
-- function, no metamethod.

local invar = require "invar"
local terminal = require "invar.core.terminal"

local keywords = {"and", "break", "do", "else", "elseif", "end", "false", "for",
  "function", "goto", "if", "in", "local", "nil", "not", "or", "repeat",
  "return", "then", "true", "until", "while"}

local is_module = {}
for _, name in ipairs(invar.modules) do is_module[name] = true end

-- The table in which the fields of a value are looked up next, or nil.
local function fallback(value)
  local meta = debug.getmetatable(value)
  if type(meta) ~= "table" then return nil end
  local index = rawget(meta, "__index")
  if type(index) == "table" then return index end
  local methods = rawget(meta, "methods") -- of Invar's own types
  return type(methods) == "table" and methods or nil
end

-- The modules of Invar, loaded if that is needed to see their fields.
local function global(name)
  local value = rawget(_G, name)
  if value == nil and name == "invar" then return invar end
  if value == nil and is_module[name] then
    local ok, module = pcall(function() return invar[name] end)
    return ok and module or nil
  end
  return value
end

-- The field of a value as indexing would give it, without running anything.
local function field(value, name)
  for _ = 1, 20 do
    if type(value) == "table" then
      local found = rawget(value, name)
      if found ~= nil then return found end
    end
    value = fallback(value)
    if value == nil then return nil end
  end
end

-- What the names before the last dot or colon stand for: "a.b[1].c" -> value.
local function evaluate(path)
  local name, rest = path:match "^([%a_][%w_]*)(.*)$"
  if not name then return nil end
  local value = global(name)
  if value == invar and rest:find "^%.%a" then
    local inner = rest:match "^%.([%w_]+)"
    if is_module[inner] then
      value, rest = global(inner), rest:sub(#inner + 2)
    end
  end
  while rest ~= "" and value ~= nil do
    local key, after = rest:match "^%.([%a_][%w_]*)(.*)$"
    if not key then
      key, after = rest:match "^%[(%d+)%](.*)$"
      key = math.tointeger(tonumber(key))
    end
    if not key then return nil end
    value, rest = field(value, key), after
  end
  return value
end

local function add_matches(list, seen, word, name)
  if type(name) == "string" and name:find "^[%a_][%w_]*$" and not seen[name]
    and name:sub(1, #word) == word
    -- names for the machine only when asked for
    and (name:sub(1, 1) ~= "_" or word:sub(1, 1) == "_") then
    seen[name] = true
    list[#list + 1] = name
  end
end

local function globals(word)
  local list, seen = {}, {}
  for name in next, _G do add_matches(list, seen, word, name) end
  for name in pairs(is_module) do add_matches(list, seen, word, name) end
  for _, name in ipairs {"invar", "help", "exit"} do
    add_matches(list, seen, word, name)
  end
  if word ~= "" then
    for _, name in ipairs(keywords) do add_matches(list, seen, word, name) end
  end
  return list
end

local function is_callable(value)
  local meta = debug.getmetatable(value)
  return type(value) == "function"
    or (type(meta) == "table" and rawget(meta, "__call") ~= nil)
end

-- Fields after a dot; after a colon only what can be called.
local function fields(value, word, methods_only)
  local list, seen = {}, {}
  for _ = 1, 20 do
    if type(value) == "table" then
      for name, member in next, value do
        if not methods_only or is_callable(member) then
          add_matches(list, seen, word, name)
        end
      end
      if value == invar then
        for name in pairs(is_module) do add_matches(list, seen, word, name) end
      end
    end
    value = fallback(value)
    if value == nil then break end
  end
  return list
end

local function files(word)
  local folder, start = word:match "^(.*/)([^/]*)$"
  if not folder then folder, start = "", word end
  local where = folder == "" and "." or folder
  local home = os.getenv "HOME"
  if home then where = where:gsub("^~/", home .. "/") end
  local list = {}
  for _, name in ipairs(terminal.folder(where) or {}) do
    if name:sub(1, #start) == start and (start ~= "" or name:sub(1, 1) ~= ".") then
      list[#list + 1] = folder .. name
    end
  end
  return list
end

-- Modules that require would find: preloaded ones and files on package.path.
local function modules(word)
  local list, seen = {}, {}
  local function add(name)
    if name:sub(1, #word) == word and not seen[name] then
      seen[name] = true
      list[#list + 1] = name
    end
  end
  local parent = word:match "^(.*%.)[^.]*$" or ""
  for name in pairs(package.preload) do
    if not name:find "^invar%.core" or word:find "^invar%.core" then add(name) end
  end
  for template in (package.path .. ";" .. package.cpath):gmatch "[^;]+" do
    local folder, ending = template:match "^(.*)%?(.*)$"
    if folder then
      local names = terminal.folder(folder .. parent:gsub("%.", "/")) or {}
      for _, name in ipairs(names) do
        local base = name:match "^([%w_-]+)/$" -- a folder may hold modules
        if not base and name:sub(-#ending) == ending then
          base = name:sub(1, -#ending - 1)
        end
        if base and base:find "^[%w_-]+$" then add(parent .. base) end
      end
    end
  end
  return list
end

--- Words that can stand for `word`, which ends the text `line`.
return function(line, word)
  local before = line:sub(1, #line - #word)
  local list
  if before:find "[\"']$" and not before:find "[%w_]%s*$" then
    local code = before:sub(1, -2)
    if code:find "require%s*%(?%s*$" then
      list = modules(word)
    elseif code:find "help%s*%(?%s*$" then
      list = require("invar.help").names(word)
    else
      list = files(word)
    end
  else
    local path, mark = before:match "([%a_][%w_.%[%]]*)%s*([.:])$"
    if path and not before:find "%.%.$" then
      local value = evaluate(path)
      list = value ~= nil and fields(value, word, mark == ":") or {}
    elseif before:find "[%w_%])\"']%s*[.:]$" then
      list = {} -- the result of a call: unknown before it runs
    else
      list = globals(word)
    end
  end
  table.sort(list)
  return list
end
