--- The history of the prompt: a file with one input per line, to which each
-- session only appends, so that several can be open at once.

local terminal = require "invar.core.terminal"

local history = {}

local LIMIT = 2000 -- entries kept

local path -- nil: no file, history lives as long as the session
local last

-- One line per input: line ends are written as \n, backslashes doubled.
local function encode(text)
  return (text:gsub("\\", "\\\\"):gsub("\n", "\\n"))
end

local function decode(line)
  return (line:gsub("\\(.)", function(c) return c == "n" and "\n" or c end))
end

local function state_folder()
  local state = os.getenv "XDG_STATE_HOME"
  if state and state:sub(1, 1) == "/" then return state .. "/invar" end
  local home = os.getenv "HOME"
  return home and home ~= "" and home .. "/.local/state/invar" or nil
end

-- The entries of the file, each at its last place, and how many lines it has.
local function read_entries()
  local lines, seen, entries = {}, {}, {}
  local file = io.open(path)
  if not file then return entries, 0 end
  for line in file:lines() do lines[#lines + 1] = line end
  file:close()
  for i = #lines, 1, -1 do
    if not seen[lines[i]] and #entries < LIMIT then
      seen[lines[i]] = true
      table.insert(entries, lines[i])
    end
  end
  for i = 1, #entries // 2 do
    entries[i], entries[#entries + 1 - i] = entries[#entries + 1 - i], entries[i]
  end
  return entries, #lines
end

-- Writes the file anew without repetitions, under another name first.
local function compact(entries)
  local temporary = path .. ".new"
  local file = io.open(temporary, "w")
  if not file then return end
  local written = file:write(table.concat(entries, "\n"), "\n")
  if file:close() and written then os.rename(temporary, path) end
end

--- Reads the history; called once.
function history.open()
  local folder = state_folder()
  if not folder or not terminal.make_folder(folder) then return end
  path = folder .. "/history"
  local entries, lines = read_entries()
  if lines > 2 * LIMIT then compact(entries) end
  for _, line in ipairs(entries) do terminal.remember(decode(line)) end
  last = entries[#entries] and decode(entries[#entries])
end

--- Adds an input. Repetitions and inputs that begin with a space are left out.
function history.add(text)
  if text == last or text:find "^%s" then return end
  last = text
  terminal.remember(text)
  local file = path and io.open(path, "a")
  if file then
    file:write(encode(text), "\n")
    file:close()
  end
end

return history
