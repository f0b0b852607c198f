--- Figures by gnuplot, as PNG, SVG or PDF (by the name's ending). The gnuplot
-- script, with the data in it, is kept beside each figure (figure.png.gp), so
-- that it can be restyled or read.

local options = require "invar.options"
local report = require "invar.report"

local plot = {}

local terminals = {
  png = "pngcairo noenhanced font 'sans,11' size %d,%d background 'white'",
  svg = "svg noenhanced font 'sans,13' size %d,%d background 'white'",
  pdf = "pdfcairo noenhanced font 'sans,11' size %d*0.012cm,%d*0.012cm",
}

-- A palette that people with colour-blindness can tell apart (Okabe and Ito).
local colours = {"#0072B2", "#D55E00", "#999999", "#009E73", "#CC79A7", "#E69F00",
  "#56B4E9", "#000000"}

local function colour(i) return colours[(i - 1) % #colours + 1] end

local function quote(text)
  return "'" .. tostring(text):gsub("'", "''"):gsub("[\r\n]", " ") .. "'"
end

local function number(value)
  if value == nil or value ~= value then return "NaN" end
  return ("%.9g"):format(value)
end

--- Runs gnuplot on `commands`, which draw to `path`.
local function draw(name, path, settings, commands)
  local ending = path:match("%.(%a+)$")
  local terminal = terminals[ending and ending:lower()]
  if not terminal then
    error(("%s: the file name %q ends neither in .png nor .svg nor .pdf"):format(name, path), 3)
  end
  local lines = {
    "set terminal " .. terminal:format(settings.width, settings.height),
    "set output " .. quote(path),
    "set title " .. quote(settings.title),
    "set xlabel " .. quote(settings.xlabel),
    "set ylabel " .. quote(settings.ylabel),
    "set key outside right top Left reverse",
    "set border 3; set tics nomirror; set grid y lc '#dddddd'",
  }
  table.move(commands, 1, #commands, #lines + 1, lines)
  local script = path .. ".gp"
  report.write(script, table.concat(lines, "\n") .. "\n")
  local pipe = io.popen(("gnuplot %s 2>&1"):format("'" .. script:gsub("'", "'\\''") .. "'"))
  local output = pipe:read("a")
  if not pipe:close() then
    local reason = output:match("not found") and "gnuplot is not installed (make deps installs it)"
      or output:gsub("%s+$", "")
    error(("%s: %s"):format(name, reason), 3)
  end
end

local defaults = {title = "", xlabel = "", ylabel = "", width = 900, height = 480}

local rules = {
  file = {type = "string", required = true},
  series = {type = "table", required = true},
  width = {min = 100, max = 10000},
  height = {min = 100, max = 10000},
  ymin = {type = "number"},
  ymax = {type = "number"},
}

local function with(common, more)
  local all = {}
  for key, value in pairs(common) do all[key] = value end
  for key, value in pairs(more) do all[key] = value end
  return all
end

--- Every series has a name and lists of numbers of the same length.
local function check_series(name, series, length_of, lists)
  if #series == 0 then error(name .. ": there is no series to draw", 3) end
  for s, one in ipairs(series) do
    if type(one) ~= "table" or type(one.name) ~= "string" then
      error(("%s: series %d has no name"):format(name, s), 3)
    end
    for _, list in ipairs(lists) do
      if type(one[list]) ~= "table" or #one[list] ~= length_of(one) then
        error(("%s: series %q: %s is not a list of %d numbers"):format(
          name, one.name, list, length_of(one)), 3)
      end
    end
  end
end

local function yrange(settings)
  return ("set yrange [%s:%s]"):format(settings.ymin and number(settings.ymin) or "",
    settings.ymax and number(settings.ymax) or "")
end

--- Grouped bars. Settings: file; categories (names along the x axis); series,
-- a list of {name=, values={one per category}[, errors={…}]}; title, xlabel,
-- ylabel, width and height in pixels; ymin, ymax.
function plot.bars(given)
  local settings = options.check("plot.bars", given, defaults,
    with(rules, {categories = {type = "table", required = true}}))
  local count = #settings.categories
  check_series("plot.bars", settings.series, function() return count end, {"values"})
  local commands = {"$data << EOD"}
  for c, category in ipairs(settings.categories) do
    local fields = {'"' .. tostring(category):gsub('["\r\n]', " ") .. '"'}
    for _, series in ipairs(settings.series) do
      fields[#fields + 1] = number(series.values[c])
      fields[#fields + 1] = number(series.errors and series.errors[c] or 0)
    end
    commands[#commands + 1] = table.concat(fields, " ")
  end
  commands[#commands + 1] = "EOD"
  local with_errors = false
  for _, series in ipairs(settings.series) do with_errors = with_errors or series.errors ~= nil end
  commands[#commands + 1] = "set style data histogram; set style histogram "
    .. (with_errors and "errorbars gap 1 lw 1" or "clustered gap 1")
  commands[#commands + 1] = "set style fill solid 0.9 noborder; set boxwidth 0.9"
  commands[#commands + 1] = yrange(settings)
  local parts = {}
  for s, series in ipairs(settings.series) do
    local value, deviation = 2 * s, 2 * s + 1
    local using = with_errors and ("%d:%d"):format(value, deviation) or tostring(value)
    parts[s] = ("$data using %s:xtic(1) title %s lc rgb '%s'"):format(
      using, quote(series.name), colour(s))
  end
  commands[#commands + 1] = "plot " .. table.concat(parts, ", \\\n     ")
  draw("plot.bars", settings.file, settings, commands)
end

--- Lines with points and, where given, error bars. Settings: file; series, a
-- list of {name=, x={…}, y={…}[, errors={…}]}; title, xlabel, ylabel, width,
-- height; logx (logarithmic x axis); ymin, ymax.
function plot.lines(given)
  local settings = options.check("plot.lines", given, with(defaults, {logx = false}), rules)
  local function length_of(series) return #(series.x or {}) end
  check_series("plot.lines", settings.series, length_of, {"x", "y"})
  local commands, parts = {}, {}
  for s, series in ipairs(settings.series) do
    commands[#commands + 1] = ("$data%d << EOD"):format(s)
    for i, x in ipairs(series.x) do
      commands[#commands + 1] = ("%s %s %s"):format(number(x), number(series.y[i]),
        number(series.errors and series.errors[i] or 0))
    end
    commands[#commands + 1] = "EOD"
    local style = ("lc rgb '%s' lw 2 pt 7"):format(colour(s))
    parts[#parts + 1] = ("$data%d using 1:2 with linespoints title %s %s"):format(
      s, quote(series.name), style)
    if series.errors then
      parts[#parts + 1] = ("$data%d using 1:2:3 with yerrorbars notitle %s"):format(s, style)
    end
  end
  if settings.logx then commands[#commands + 1] = "set logscale x" end
  commands[#commands + 1] = yrange(settings)
  commands[#commands + 1] = "plot " .. table.concat(parts, ", \\\n     ")
  draw("plot.lines", settings.file, settings, commands)
end

return plot
