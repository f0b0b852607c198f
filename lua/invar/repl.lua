--- The prompt: reads Lua, runs it, shows what comes out. Everything the user
-- has defined stays whatever goes wrong.

local invar = require "invar"
local base = require "invar.core.base"
local terminal = require "invar.core.terminal"
local show = require "invar.repl.show"
local history = require "invar.repl.history"
local keep_locals = require "invar.repl.locals"

local repl = {}

local SLOW = 1 -- seconds from which the time of a command is shown

-- ---- names that are there without require -----------------------------------

local lazy = {
  invar = function() return invar end,
  help = function() return require "invar.help" end,
  exit = function() return function(code) os.exit(code or true, true) end end,
}
for _, name in ipairs(invar.modules) do
  lazy[name] = function()
    if package.searchpath("invar." .. name, package.path) then return invar[name] end
  end
end

-- Modules load when their name is first used; a global that the user sets
-- hides them.
local function provide_names()
  if getmetatable(_G) then return end
  setmetatable(_G, {__index = function(globals, name)
    local make = lazy[name]
    local value = make and make()
    if value ~= nil then rawset(globals, name, value) end
    return value
  end})
end

-- ---- reading ------------------------------------------------------------------

local function is_incomplete(message)
  return message:find "near '?<eof>'?$" ~= nil
end

-- The chunk for an input; `value` is true where it is an expression that shall
-- be shown even when it is nil. Otherwise nil and the message.
local function compile(text)
  local expression, wrong = load("return " .. text, "=prompt", "t")
  local statement, message = load(keep_locals(text), "=prompt", "t")
  if expression then return expression, statement == nil end
  if statement then return statement, false end
  return nil, is_incomplete(wrong) and wrong or message
end

-- "?name" asks for help, "= x" is old Lua; prompts pasted with the code go.
local function translate(text)
  text = text:gsub("^>>? ", ""):gsub("\n>>? ", "\n")
  local topic = text:match "^%s*%?%s*(.-)%s*$" or text:match "^%s*([%w_.:]+)%?%s*$"
  if topic == "" then return "help()" end
  if topic then return ("help(%q)"):format(topic) end
  return (text:gsub("^%s*=%s*", ""))
end

-- Reads lines until they are a whole. Returns text and chunk; nil at the end of
-- the input; false where there is nothing to run; false, message where it is
-- no Lua.
local function read_chunk()
  local text = terminal.read "> "
  if not text then return text end
  if not text:find "%S" then return false end
  while true do
    local chunk, extra = compile(translate(text))
    if chunk then return text, chunk, extra end
    if not is_incomplete(extra) then
      history.add(text)
      return false, extra
    end
    local more = terminal.read ">> "
    if more == false then return false end
    if more == nil then return false, extra end
    text = text .. "\n" .. more
  end
end

-- ---- errors -------------------------------------------------------------------

local function error_text(value)
  if type(value) == "string" then return value end
  local meta = debug.getmetatable(value)
  if type(meta) == "table" and rawget(meta, "__tostring") then
    local ok, text = pcall(tostring, value)
    if ok then return text end
  end
  return "error object: " .. show.value(value)
end

-- The stack between the error and the prompt, the user's own lines only: no C,
-- no library.
local function user_lines()
  local library = package.searchpath("invar", package.path):match "^(.*/)invar/init.lua$"
  local lines = {}
  for level = 3, 60 do
    local info = debug.getinfo(level, "Sln")
    if not info then break end
    local own = info.source:sub(1, 1 + #library) == "@" .. library
    if own and info.source:find("invar/repl.lua", 1, true) then break end
    if info.currentline > 0 and not own and #lines < 12 then
      local where = info.what == "main" and "main chunk"
        or info.name and "function " .. info.name or "a function"
      lines[#lines + 1] = ("  %s:%d: in %s"):format(info.short_src, info.currentline, where)
    end
  end
  -- One line at the prompt is where everything happens.
  if #lines == 1 and lines[1]:find "^  prompt:1: in main chunk" then lines = {} end
  return lines
end

local function names_of(t, list)
  for name in next, t do
    if type(name) == "string" then list[#list + 1] = name end
  end
  return list
end

-- A name like the one that turned out to be nil.
local function suggestion(message)
  local kind, name = message:match "%((%a+) '([%w_]+)'%)$"
  local names = {}
  if kind == "global" then
    names_of(_G, names)
    names_of(lazy, names)
  elseif kind == "method" then
    for _, meta in pairs(debug.getregistry()) do
      local methods = type(meta) == "table" and rawget(meta, "methods")
      if type(methods) == "table" then names_of(methods, names) end
    end
  else
    return ""
  end
  table.sort(names)
  local near = base.nearest(name, names)
  return near and near ~= name and (" (did you mean %s?)"):format(near) or ""
end

local function on_error(value)
  return {text = error_text(value), lines = user_lines()}
end

local function print_error(text, lines)
  terminal.before_output()
  if not text:find "\n" then text = text .. suggestion(text) end
  if not lines or #lines == 0 then text = text:gsub("^prompt:1: ", "") end
  io.write(show.paint("error", text), "\n")
  for _, line in ipairs(lines or {}) do io.write(show.paint("dim", line), "\n") end
  io.flush()
end

-- ---- running --------------------------------------------------------------------

-- Shows the results of a chunk. A call that gives nil is silent; so is an
-- input that ends in a semicolon.
local function show_results(results, text, is_value)
  if results.n == 0 then return end
  local all_nil = true
  for i = 1, results.n do all_nil = all_nil and results[i] == nil end
  if results[1] ~= nil then rawset(_G, "_", results[1]) end
  if text:find ";%s*$" or (all_nil and not is_value) then return end
  io.write(show.values(results), "\n")
end

local function duration(seconds)
  if seconds < 60 then return ("%.1f s"):format(seconds) end
  local s = math.floor(seconds)
  if s < 3600 then return ("%d:%02d"):format(s // 60, s % 60) end
  return ("%d:%02d:%02d"):format(s // 3600, s // 60 % 60, s % 60)
end

local function run_chunk(text, chunk, is_value)
  terminal.forget_interrupt()
  local start = base.clock()
  local results = table.pack(xpcall(chunk, on_error))
  local seconds = base.clock() - start
  if results[1] then
    local shown, problem = xpcall(show_results, on_error,
      table.pack(table.unpack(results, 2, results.n)), text, is_value)
    if not shown then print_error(problem.text) end
  else
    print_error(results[2].text, results[2].lines)
  end
  if seconds > SLOW then
    base.trim_memory()
    terminal.before_output()
    io.write(show.paint("dim", "(" .. duration(seconds) .. ")"), "\n")
  end
  io.flush()
end

-- One turn; false when the user leaves.
local function turn()
  local text, chunk, is_value = read_chunk()
  if text then
    history.add(text)
    run_chunk(translate(text), chunk, is_value)
  elseif text == nil then
    if terminal.is_terminal "stdin" then io.write "\n" end
    return false
  elseif chunk then
    print_error(chunk)
  end
  return true
end

local function banner()
  if not terminal.is_terminal "stdin" then return end
  print(("Invar %s (%s), %d threads. help() explains, Ctrl-D leaves.")
    :format(invar.version, _VERSION, invar.threads()))
  if not terminal.editing() then
    print "Without line editing: the library readline is not there."
  end
end

-- The user's own settings, as other shells have them.
local function run_user_file()
  local config = os.getenv "XDG_CONFIG_HOME"
  local home = os.getenv "HOME"
  local folder = config and config:sub(1, 1) == "/" and config
    or home and home .. "/.config"
  local file = folder and io.open(folder .. "/invar/init.lua")
  if not file then return end
  file:close()
  local ok, problem = xpcall(dofile, on_error, folder .. "/invar/init.lua")
  if not ok then print_error(problem.text, problem.lines) end
end

local started = false

local function start()
  started = true
  provide_names()
  banner()
  history.open()
  terminal.on_complete(function(line, word)
    return require "invar.repl.complete"(line, word)
  end)
  run_user_file()
end

--- Runs the prompt until the user leaves. Can be called again where something
-- stopped it.
function repl.run()
  if not started then start() end
  while turn() do end -- luacheck: ignore 542
end

return repl
