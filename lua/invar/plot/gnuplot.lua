--- Figures as files: the data, the gnuplot script that reads it by its name
-- alone (so that the folder can be moved and the script run again), and what
-- gnuplot makes of them.

local base = require "invar.core.base"
local style = require "invar.plot.style"

local gnuplot = {}

-- Sizes are in units of 1/96 inch; a PNG has `scale` pixels for each.
local FONT = 11.25 -- points: 15 units

local terminals = {
  png = function(w, h, scale)
    return ("pngcairo noenhanced background 'white' font 'sans,%g' fontscale %g linewidth %g "
      .. "pointscale %g size %d,%d"):format(FONT, scale, scale, scale, w * scale // 1,
      h * scale // 1)
  end,
  svg = function(w, h)
    return ("svg noenhanced background 'white' font 'sans-serif,%g' size %d,%d"):format(
      FONT * 4 / 3, w // 1, h // 1)
  end,
  pdf = function(w, h)
    return ("pdfcairo noenhanced font 'sans,%g' fontscale 0.75 linewidth 1.5 size %.4gin,%.4gin")
      :format(FONT, w / 96, h / 96)
  end,
}

--- The name of a figure, taken apart: folder (with its slash, or ""), stem, and
-- ending ("png", "svg" or "pdf"); else an error.
function gnuplot.parts(name, path)
  local folder, file = path:match "^(.*/)([^/]*)$"
  if not folder then folder, file = "", path end
  local stem, ending = file:match "^(.+)%.(%a+)$"
  if not stem or not terminals[ending:lower()] then
    error(("%s: the file name %q ends neither in .png nor .svg nor .pdf"):format(
      name, style.clean(path)), 0)
  end
  if file:find "%c" then error(("%s: control characters in a file name"):format(name), 0) end
  return folder, stem, ending
end

local function shell_quote(text) return "'" .. text:gsub("'", "'\\''") .. "'" end

local function read(path)
  local file = io.open(path, "rb")
  local text = file and file:read "a" or ""
  if file then file:close() end
  return text
end

-- What gnuplot draws goes to standard output, so that the file can be written
-- whole or not at all.
local function run(name, folder, script)
  local errors = os.tmpname()
  local pipe = io.popen(("cd %s && grep -v '^set output' ./%s | LC_ALL=C.UTF-8 gnuplot 2>%s")
    :format(shell_quote(folder == "" and "." or folder), shell_quote(script),
    shell_quote(errors)))
  local picture = pipe:read "a"
  local ok, _, code = pipe:close()
  local message = read(errors):gsub("%s+$", "")
  os.remove(errors)
  if code == 127 then
    error(name .. ": gnuplot is not installed (Debian's gnuplot-nox; make deps installs it); "
      .. "the data and the script are written", 0)
  end
  if not ok or picture == "" then
    error(("%s: gnuplot failed%s"):format(name, message ~= "" and ": " .. message
      or (" with exit status %s"):format(code)), 0)
  end
  return picture
end

-- base.write with the name of the figure's function in its errors.
local function write(name, path, text)
  local ok, message = pcall(base.write, path, text)
  if not ok then error((tostring(message):gsub("^.-report%.write: ", name .. ": ")), 0) end
end

--- Draws to `path`. made: width, height (units), data (text; or save, a function
-- that writes the file at a path), data_ending ("csv"), script (list of lines; DATA
-- at the start of a plot stands for the quoted name of the data file). Gives the three paths.
function gnuplot.draw(name, path, made, scale)
  local folder, stem, ending = gnuplot.parts(name, path)
  local data, script = stem .. "." .. (made.data_ending or "csv"), stem .. ".gp"
  local lines = {
    "# A figure by Invar " .. base.version .. "; to draw it again: gnuplot " .. style.clean(script),
    "set encoding utf8",
    "set terminal " .. terminals[ending:lower()](made.width, made.height, scale),
    "set output " .. style.quote(stem .. "." .. ending),
    "set datafile separator comma",
  }
  local quoted = style.quote(data):gsub("%%", "%%%%")
  for _, line in ipairs(made.script) do
    -- DATA in a title stands inside quotes: never at the start, nor after ", \" or "plot ".
    lines[#lines + 1] = (line:gsub("^plot DATA ", "plot " .. quoted .. " ")
      :gsub("\n     DATA ", "\n     " .. quoted .. " "))
  end
  if made.save then
    made.save(folder .. data)
  else
    write(name, folder .. data, made.data)
  end
  write(name, folder .. script, table.concat(lines, "\n") .. "\n")
  write(name, path, run(name, folder, script))
  return {file = path, data = folder .. data, script = folder .. script}
end

return gnuplot
