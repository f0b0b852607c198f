--- Grouped bars, with error bars where there are intervals.

local axis = require "invar.plot.axis"
local chart = require "invar.plot.chart"
local options = require "invar.options"
local series = require "invar.plot.series"
local style = require "invar.plot.style"

local bar = {}

local rules = options.merged(chart.rules, {categories = {type = "table"}})

-- Bars stand on zero, unless a lower end is given or the axis has no zero.
local function y_axis(model)
  local settings = model.settings
  local values = series.values(model.panels, "y")
  if settings.logy then
    return axis.new(values, {low = settings.ymin, high = settings.ymax, log = true})
  end
  local low, high = 0, 0
  for _, value in ipairs(values) do low, high = math.min(low, value), math.max(high, value) end
  values[#values + 1] = 0
  return axis.new(values, {low = settings.ymin or (low == 0 and high > 0 and 0 or nil),
    high = settings.ymax or (high == 0 and low < 0 and 0 or nil)})
end

--- The model of a figure, from what the user gave.
function bar.read(given)
  local settings = options.check("plot.bar", given, chart.defaults, rules)
  for i, name in ipairs(settings.categories or {}) do
    if type(name) ~= "string" and not math.type(name) then
      error(("plot.bar: categories[%d] is %s; a name expected"):format(i,
        options.describe(name)), 0)
    end
  end
  if (settings.series or settings.panels) and not settings.categories then
    error("plot.bar: option categories is missing: the names along the x axis", 0)
  end
  local model = chart.model("plot.bar", settings, true, 0.55)
  model.y = y_axis(model)
  return model
end

--- What gnuplot.draw takes.
function bar.figure(model)
  local count = #model.names
  local width = 0.8 / count
  local function colour(i) return style.colour(i, count, model.settings.palette) end
  local function plots(panel, first)
    local bars, errors = {}, {}
    for s, one in ipairs(panel.series) do
      local at = ("DATA index %d using ($1%+.6g)"):format(first + s - 1,
        (one.index - (count + 1) / 2) * width)
      bars[s] = ("%s:2:(%.6g) with boxes lc rgb '%s'"):format(at, 0.94 * width, colour(one.index))
      errors[s] = at .. ":3:(0):($4-$3) " .. chart.whiskers .. " lc rgb '#333333' lw 1.2"
    end
    bars[#bars + 1] = "0 with lines lc rgb '#444444' lw 1"
    return table.move(errors, 1, #errors, #bars + 1, bars)
  end
  if model.settings.logy or model.y.low > 0 or model.y.high < 0 then
    local inner = plots
    plots = function(panel, first)
      local parts = inner(panel, first)
      table.remove(parts, #panel.series + 1)
      return parts
    end
  end
  return chart.figure(model, plots, function(i) return ("boxes lc rgb '%s'"):format(colour(i)) end)
end

return bar
