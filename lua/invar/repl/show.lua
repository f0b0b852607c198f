--- Values as the prompt shows them: tables with what is in them, strings in
-- quotes, never more than a screen.

local terminal = require "invar.core.terminal"

local show = {}

local DEPTH = 4    -- tables inside tables
local ITEMS = 60   -- entries shown of one table
local VALUES = 400 -- entries shown in all

local colour_of = {number = 36, string = 32, boolean = 35, ["nil"] = 35,
  ["function"] = 33, dim = 2, error = 31}

--- Whether output may have colours: a terminal, and NO_COLOR not set.
function show.colours()
  local no_color = os.getenv "NO_COLOR"
  return terminal.is_terminal "stdout" and os.getenv "TERM" ~= "dumb"
    and (no_color == nil or no_color == "")
end

--- The text in the colour of that kind, where there are colours.
function show.paint(kind, text)
  local colour = colour_of[kind]
  if not colour or not show.colours() then return text end
  return ("\27[%dm%s\27[0m"):format(colour, text)
end

local escapes = {["\n"] = "\\n", ["\t"] = "\\t", ["\r"] = "\\r",
  ["\\"] = "\\\\", ['"'] = '\\"'}

-- A string in quotes; bytes that are no text as \ddd; long ones cut.
local function quote(text)
  local cut = #text > 2000
  if cut then text = text:sub(1, 2000) end
  local valid = utf8.len(text) ~= nil
  text = text:gsub('[%c\\"]', function(c)
    return escapes[c] or ("\\%03d"):format(c:byte())
  end)
  if not valid then
    text = text:gsub("[\128-\255]", function(c) return ("\\%d"):format(c:byte()) end)
  end
  return '"' .. text .. '"' .. (cut and "..." or "")
end

-- Where a function comes from.
local function describe_function(f)
  local name = require("invar.help").name_of(f)
  if name then return "function " .. name end
  local info = debug.getinfo(f, "S")
  if info.what == "C" then return tostring(f) end
  return ("function (%s:%d)"):format(info.short_src, info.linedefined)
end

-- tostring, also where a __tostring fails.
local function safe_tostring(value)
  local ok, text = pcall(tostring, value)
  return ok and text or ("%s (its __tostring failed: %s)"):format(type(value), text)
end

local function order(a, b)
  local ta, tb = type(a), type(b)
  if ta ~= tb then return ta < tb end
  if ta == "number" or ta == "string" then return a < b end
  return tostring(a) < tostring(b)
end

-- The entries of a table: its sequence, then the other keys in order.
local function entries_of(t)
  local list, keys = {}, {}
  local n = rawlen(t)
  for i = 1, math.min(n, ITEMS) do list[i] = {value = rawget(t, i)} end
  local more = n - #list
  for key in next, t do
    if not (math.type(key) == "integer" and key >= 1 and key <= n) then
      if #keys < 10000 then keys[#keys + 1] = key else more = more + 1 end
    end
  end
  table.sort(keys, order)
  for _, key in ipairs(keys) do
    if #list < ITEMS then
      list[#list + 1] = {key = key, value = rawget(t, key)}
    else
      more = more + 1
    end
  end
  return list, more
end

local render

local function render_key(key, state)
  if type(key) == "string" then
    if key:find "^[%a_][%w_]*$" then return key .. " = " end
    return "[" .. quote(key) .. "] = "
  end
  return "[" .. render(key, state, DEPTH) .. "] = "
end

-- How wide a text is, without its colours.
local function width(text)
  text = text:gsub("\27%[%d+m", "")
  return utf8.len(text) or #text
end

-- Short items one after the other, in lines that fit.
local function fill(parts, columns)
  local lines, line = {}, ""
  for i, part in ipairs(parts) do
    local text = part .. (i < #parts and "," or "")
    if line ~= "" and width(line) + width(text) + 1 > columns then
      lines[#lines + 1], line = line, text
    else
      line = line == "" and text or line .. " " .. text
    end
  end
  lines[#lines + 1] = line
  return lines
end

local function render_table(t, state, depth, indent)
  if state.open[t] then return show.paint("dim", "<cycle>") end
  if next(t) == nil then return "{}" end
  if depth >= DEPTH or state.left <= 0 then return "{...}" end
  state.open[t] = true
  local list, more = entries_of(t)
  local parts, total, several = {}, 0, false
  for i, entry in ipairs(list) do
    if state.left <= 0 then
      more = more + #list - i + 1
      break
    end
    state.left = state.left - 1
    local text = entry.key ~= nil and render_key(entry.key, state) or ""
    text = text .. render(entry.value, state, depth + 1, indent .. "  ")
    parts[#parts + 1] = text
    total = total + width(text) + 2
    several = several or text:find("\n", 1, true) ~= nil
  end
  state.open[t] = nil
  if more > 0 then parts[#parts + 1] = ("... (%d more)"):format(more) end
  if not several and total + #indent + 16 < state.columns then
    return "{" .. table.concat(parts, ", ") .. "}"
  end
  local inner = "\n" .. indent .. "  "
  if not several and list[#list].key == nil then
    parts = fill(parts, state.columns - #indent - 16)
    return "{" .. inner .. table.concat(parts, inner) .. "\n" .. indent .. "}"
  end
  return "{" .. inner .. table.concat(parts, "," .. inner) .. "\n" .. indent .. "}"
end

function render(value, state, depth, indent)
  local kind = type(value)
  if kind == "string" then return show.paint(kind, quote(value)) end
  if kind == "function" then return show.paint(kind, describe_function(value)) end
  local module = kind == "table" and require("invar.help").module_name(value)
  if module then
    return show.paint("function", ("module %s"):format(module))
      .. (depth == 0 and (": help(%s) lists its functions"):format(module) or "")
  end
  if kind == "table" then
    local meta = debug.getmetatable(value)
    if not (meta and (rawget(meta, "__tostring") or rawget(meta, "__name"))) then
      return render_table(value, state, depth, indent)
    end
  end
  local text = safe_tostring(value)
  if indent and indent ~= "" then text = text:gsub("\n", "\n" .. indent) end
  return show.paint(kind, text)
end

-- At most a screen of lines.
local function cut(text, rows)
  local at, lines = 1, 1
  while true do
    local stop = text:find("\n", at, true)
    if not stop then return text end
    if lines == rows then
      local _, more = text:sub(stop):gsub("\n", "")
      return text:sub(1, stop) .. show.paint("dim", ("... (%d more lines)"):format(more))
    end
    lines, at = lines + 1, stop + 1
  end
end

--- The text for one value.
function show.value(value)
  local columns, rows = terminal.size()
  local state = {open = {}, left = VALUES, columns = columns}
  return cut(render(value, state, 0, ""), math.max(rows - 4, 10))
end

--- The text for several results: side by side where they are short.
function show.values(values)
  local texts, several = {}, false
  for i = 1, values.n do
    texts[i] = show.value(values[i])
    several = several or texts[i]:find("\n", 1, true) ~= nil
  end
  return table.concat(texts, several and "\n" or "\t")
end

return show
