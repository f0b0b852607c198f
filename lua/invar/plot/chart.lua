--- What lines and bars have in common: settings, axes, panels, data file, script.

local axis = require "invar.plot.axis"
local layout = require "invar.plot.layout"
local series = require "invar.plot.series"
local style = require "invar.plot.style"

local chart = {}

chart.defaults = {title = "", xlabel = "", ylabel = "", legend = "", scale = 2.0, confidence = 0.95,
  interval = "t", samples = 2000, seed = 1, palette = "distinct", logy = false}

chart.rules = {
  file = {type = "string"},
  series = {type = "table"},
  panels = {type = "table"},
  data = {type = "table"},
  x = {type = "string"},
  y = {type = "string"},
  by = {type = {"string", "table"}},
  panel = {type = {"string", "table"}},
  interval = {choices = {"t", "bootstrap", "std", "none"}},
  confidence = {above = 0, below = 1},
  samples = {min = 1, max = 100000},
  palette = {choices = {"distinct", "sequential"}},
  across = {type = "integer", min = 1},
  width = {type = "number", min = 100, max = 10000},
  height = {type = "number", min = 100, max = 10000},
  scale = {min = 0.5, max = 8},
  ymin = {type = "number"},
  ymax = {type = "number"},
}

--- How gnuplot draws an interval: from low to high, with a stroke at each end
-- (its own error bars come with a white disc in the middle).
chart.whiskers = "with vectors heads size screen 0.006,90 nofilled"

local function check_range(name, settings, which)
  local low, high = settings[which .. "min"], settings[which .. "max"]
  if low and high and low >= high then
    error(("%s: %smin = %g is not below %smax = %g"):format(name, which, low, which, high), 0)
  end
  for _, given in pairs {low, high} do
    if settings["log" .. which] and given <= 0 then
      error(("%s: a logarithmic %s axis has no place for %g"):format(name, which, given), 0)
    end
  end
end

--- What checked settings ask for: panels, names, categories, axes x and y.
-- named: x is names in any case. air: what is free left and right of names.
function chart.model(name, settings, named, air)
  local given = 0
  for _, option in ipairs {"series", "panels", "data"} do
    given = given + (settings[option] and 1 or 0)
  end
  if given ~= 1 then
    error(name .. ": one of the options series, panels and data is needed", 0)
  end
  check_range(name, settings, "x")
  check_range(name, settings, "y")
  local model = series.read(name, settings, named)
  model.settings = settings
  if model.categories then
    model.x = axis.categories(model.categories, air)
  else
    model.x = axis.new(series.values(model.panels, "x"), {low = settings.xmin,
      high = settings.xmax, log = settings.logx, air = 0.04, at_values = true, count = 6})
  end
  return model
end

--- The data file: a table that is read by gnuplot (a block for each series) and
-- by everything else (empty lines do not count): x, y, low, high, series, panel.
function chart.data(model)
  local lines = {model.categories and "position,y,low,high,x,series,panel"
    or "x,y,low,high,series,panel"}
  for _, panel in ipairs(model.panels) do
    for _, one in ipairs(panel.series) do
      lines[#lines + 1] = "\n"
      for _, p in ipairs(one.points) do
        local low, high = style.number(p.low), style.number(p.high)
        local y = style.number(p.y)
        lines[#lines + 1] = p.label
          and style.csv(p.x, y, low, high, p.label, one.name, panel.title)
          or style.csv(p.x, y, low, high, one.name, panel.title)
      end
    end
  end
  return table.concat(lines, "\n") .. "\n"
end

-- Labels below the panels: turned where they would touch each other.
local function x_labels(model, width)
  local per_label = width / math.max(#model.x.ticks, 1)
  local widest = layout.ticks_width(model.x.ticks)
  if widest < per_label - 4 then return false, 26 end
  return true, math.min(0.6 * widest, 160) + 22
end

local function default_size(model, across)
  local settings = model.settings
  local rows = math.ceil(#model.panels / across)
  local width = settings.width or (across == 1 and 640 or math.min(400 * across, 1200))
  return width, settings.height or (rows == 1 and 420 or 60 + 300 * rows)
end

--- The figure: what gnuplot.draw takes. plots(panel, first): the parts of the
-- "plot" command of a panel, whose series are blocks `first` and on of the data;
-- entry(index): how a series stands in the legend.
function chart.figure(model, plots, entry)
  local settings, count = model.settings, #model.panels
  local across = math.min(settings.across or math.min(count, 3), count)
  local width, height = default_size(model, across)
  local titled = false
  for _, panel in ipairs(model.panels) do titled = titled or panel.title ~= "" end
  local left = 14 + layout.ticks_width(model.y.ticks) + (settings.ylabel ~= "" and 26 or 0)
  local turned, labels = x_labels(model, (width - left - 18) / across)
  local frame = layout.new {width = width, height = height, title = settings.title,
    names = model.names, legend = settings.legend, count = count, across = across,
    titled = titled, left = left,
    inner_left = across > 1 and 20 or 0,
    bottom = 8 + labels + (settings.xlabel ~= "" and 26 or 0)}
  local lines, first = layout.head(frame, settings.title), 1
  for p, panel in ipairs(model.panels) do
    local box = frame.boxes[p]
    lines[#lines + 1] = layout.margins(box)
    lines[#lines + 1] = layout.axis("x", model.x, true, turned)
    lines[#lines + 1] = layout.axis("y", model.y, box.first)
    lines[#lines + 1] = layout.labels(frame, box, {title = panel.title,
      xlabel = settings.xlabel, ylabel = box.first and settings.ylabel or "", labels = labels,
      left = left})
    lines[#lines + 1] = "plot " .. table.concat(plots(panel, first), ", \\\n     ")
    lines[#lines + 1] = "unset label 1"
    first = first + #panel.series
  end
  local entries = {}
  for i, name in ipairs(model.names) do
    entries[i] = ("with %s title %s"):format(entry(i), style.quote(name))
  end
  layout.legend(frame, settings.legend, entries, lines)
  lines[#lines + 1] = "unset multiplot"
  return {width = width, height = height, data = chart.data(model), script = lines}
end

return chart
