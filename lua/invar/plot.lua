--- Figures: as PNG, SVG or PDF by gnuplot, with data and script beside them, or
-- in the terminal. Settings: lua/invar/help/plot.lua.

local gnuplot = require "invar.plot.gnuplot"
local guarded = require "invar.guarded"

local plot = {}

-- Reads the settings, then draws to the file or in the terminal.
local function drawn(kind)
  local name = "plot." .. kind
  return guarded(name, function(given)
    local maker = require("invar.plot." .. kind)
    local model = maker.read(given)
    local settings = model.settings
    if settings.file then
      gnuplot.parts(name, settings.file)
      return gnuplot.draw(name, settings.file, maker.figure(model), settings.scale)
    end
    require("invar.plot.terminal").print(kind, model)
  end)
end

--- Lines with points and intervals.
plot.line = drawn "line"

--- Grouped bars.
plot.bar = drawn "bar"

--- A matrix of numbers as coloured cells.
plot.heat = drawn "heat"

--- Pictures in rows and columns with titles.
plot.image_grid = drawn "image_grid"

return plot
