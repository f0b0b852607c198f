--- Lines with points; intervals as bands or as bars.

local axis = require "invar.plot.axis"
local chart = require "invar.plot.chart"
local options = require "invar.options"
local series = require "invar.plot.series"
local style = require "invar.plot.style"

local line = {}

local defaults = options.merged(chart.defaults, {logx = false})
local rules = options.merged(chart.rules, {bands = {type = "boolean"}, xmin = {type = "number"},
  xmax = {type = "number"}})

--- The model of a figure, from what the user gave.
function line.read(given)
  local settings = options.check("plot.line", given, defaults, rules)
  local model = chart.model("plot.line", settings, false, 0.3)
  model.y = axis.new(series.values(model.panels, "y"),
    {low = settings.ymin, high = settings.ymax, log = settings.logy})
  return model
end

local function has_intervals(one)
  for _, point in ipairs(one.points) do
    if point.low then return true end
  end
  return false
end

local function look(model, i)
  return ("lc rgb '%s' dt %d lw 2 pt %d ps 0.9"):format(
    style.colour(i, #model.names, model.settings.palette), style.dash(i), style.point(i))
end

--- What gnuplot.draw takes.
function line.figure(model)
  local bands = model.settings.bands
  if bands == nil then bands = not model.categories end
  local function plots(panel, first)
    local below, above = {}, {}
    for s, one in ipairs(panel.series) do
      local block, i = first + s - 1, one.index
      local colour = style.colour(i, #model.names, model.settings.palette)
      if has_intervals(one) and bands then
        below[#below + 1] = ("DATA index %d using 1:3:4 with filledcurves lc rgb '%s' "
          .. "fs transparent solid 0.18 noborder"):format(block, colour)
      elseif has_intervals(one) then
        below[#below + 1] = ("DATA index %d using 1:3:(0):($4-$3) %s lc rgb '%s' lw 1.5")
          :format(block, chart.whiskers, colour)
      end
      above[s] = ("DATA index %d using 1:2 with linespoints %s"):format(block, look(model, i))
    end
    return table.move(above, 1, #above, #below + 1, below)
  end
  return chart.figure(model, plots, function(i) return "linespoints " .. look(model, i) end)
end

return line
