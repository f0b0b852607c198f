--- Figures as text: for the terminal, in colours where it has them, and for
-- reports that are text.

local axis = require "invar.plot.axis"
local canvas = require "invar.plot.canvas"
local heat = require "invar.plot.heat"
local style = require "invar.plot.style"

local terminal = {}

local PLOT_ROWS = 16

local function plain(text) return text end

local function rgb_of(hex)
  return tonumber(hex:sub(2, 3), 16), tonumber(hex:sub(4, 5), 16), tonumber(hex:sub(6, 7), 16)
end

local function coloured(text, hex)
  if hex == "#000000" then return text end -- black, or white on a dark terminal
  return ("\27[38;2;%d;%d;%dm"):format(rgb_of(hex)) .. text .. "\27[0m"
end

local function pad(text, width) return text .. (" "):rep(width - style.width(text)) end
local function pad_left(text, width) return (" "):rep(width - style.width(text)) .. text end
local function centred(text, width)
  return (" "):rep(math.max(0, (width - style.width(text)) // 2)) .. text
end

-- Cut to so many columns.
local function cut(text, width)
  if style.width(text) <= width then return text end
  return text:sub(1, utf8.offset(text, math.max(width, 1)) - 1) .. "…"
end

-- ---- lines ------------------------------------------------------------------

local function legend(model, paint, mark, add)
  local parts = {}
  for i, name in ipairs(model.names) do
    if name ~= "" then
      parts[#parts + 1] = paint(mark(i), style.colour(i, #model.names, model.settings.palette))
        .. " " .. name
    end
  end
  if #parts == 0 then return end
  local title = model.settings.legend
  add((title ~= "" and title .. ": " or "") .. table.concat(parts, "   "))
end

-- The labels under the axis, those left out that would touch the one before.
local function x_labels(model, width)
  local line, ends = "", -1
  local marks = {}
  for i = 1, width do marks[i] = "─" end
  for _, tick in ipairs(model.x.ticks) do
    local at = math.floor(axis.place(model.x, tick[1]) * (width - 1) + 0.5)
    if at >= 0 and at < width then
      marks[at + 1] = "┬"
      local text = cut(tick[2], math.max(width // #model.x.ticks - 1, 6))
      local start = math.max(0, math.min(at - style.width(text) // 2, width - style.width(text)))
      if start > ends then
        line = pad(line, start) .. text
        ends = start + style.width(text)
      end
    end
  end
  return table.concat(marks), line
end

local function draw_series(board, model, one)
  local colour = style.colour(one.index, #model.names, model.settings.palette)
  local function place(x, y)
    return math.floor(axis.place(model.x, x) * (2 * board.width - 1) + 0.5),
      math.floor((1 - axis.place(model.y, y)) * (4 * board.height - 1) + 0.5)
  end
  local function drawable(value, range) return not range.log or value > 0 end
  local last
  for _, p in ipairs(one.points) do
    local there = p.y and drawable(p.y, model.y) and drawable(p.x, model.x)
    if there and p.low and drawable(p.low, model.y) then
      local x, low = place(p.x, p.low)
      local _, high = place(p.x, p.high)
      for y = math.max(high, 0) // 4, math.min(low // 4, board.height - 1) do
        board:mark(x, 4 * y, "│", colour, true)
      end
    end
    local at = there and {place(p.x, p.y)}
    if at and last then board:line(last[1], last[2], at[1], at[2], colour) end
    last = at or nil
  end
  for _, p in ipairs(one.points) do
    if p.y and drawable(p.y, model.y) and drawable(p.x, model.x) then
      local x, y = place(p.x, p.y)
      board:mark(x, y, style.glyph(one.index), colour)
    end
  end
end

local function line_panel(model, panel, columns, paint, add)
  local gutter = 0
  for _, tick in ipairs(model.y.ticks) do gutter = math.max(gutter, style.width(tick[2])) end
  local width = math.max(20, math.min(columns, 100) - gutter - 3)
  local board, labels = canvas.new(width, PLOT_ROWS), {}
  for i = #panel.series, 1, -1 do draw_series(board, model, panel.series[i]) end
  for _, tick in ipairs(model.y.ticks) do
    local row = math.floor((1 - axis.place(model.y, tick[1])) * (PLOT_ROWS - 1) + 0.5)
    labels[row] = tick[2]
  end
  if panel.title ~= "" then add(centred(panel.title, width + gutter)) end
  if model.settings.ylabel ~= "" then add(model.settings.ylabel) end
  for row = 0, PLOT_ROWS - 1 do
    add(pad_left(labels[row] or "", gutter) .. (labels[row] and " ┤" or " │")
      .. board:row(row, paint))
  end
  local marks, names = x_labels(model, width)
  add((" "):rep(gutter) .. " └" .. marks)
  add((" "):rep(gutter + 2) .. names)
  if model.settings.xlabel ~= "" then
    add((" "):rep(gutter + 2) .. centred(model.settings.xlabel, width))
  end
end

local function line_text(model, columns, paint, add)
  legend(model, paint, style.glyph, add)
  for p, panel in ipairs(model.panels) do
    if p > 1 then add "" end
    line_panel(model, panel, columns, paint, add)
  end
end

-- ---- bars -------------------------------------------------------------------

local eighths = {"▏", "▎", "▍", "▌", "▋", "▊", "▉"}

local shades = {"█", "▒", "░", "▓"}

-- Without colours the series differ in their shades.
local function shade_of(model, i, paint)
  return paint == plain and #model.names > 1 and shades[(i - 1) % #shades + 1] or "█"
end

-- A bar of `length` characters, to an eighth of one.
local function bar_of(length, shade)
  if shade ~= "█" then return shade:rep(math.floor(length + 0.5)) end
  local whole = math.floor(length)
  local rest = math.floor((length - whole) * 8 + 0.5)
  if rest == 8 then whole, rest = whole + 1, 0 end
  return ("█"):rep(whole) .. (eighths[rest] or "")
end

local function value_text(point)
  if not point or not point.y then return "missing" end
  local text = ("%.4g"):format(point.y)
  if point.low then text = text .. (" (%.4g to %.4g)"):format(point.low, point.high) end
  return text
end

-- Bars lie: a line for each series under the name of the category.
local function bar_text(model, columns, paint, add)
  legend(model, paint, function(i) return shade_of(model, i, paint) end, add)
  local names, values = 0, 0
  for _, name in ipairs(model.categories) do names = math.max(names, style.width(name)) end
  names = math.min(names, columns // 3)
  for _, panel in ipairs(model.panels) do
    for _, one in ipairs(panel.series) do
      for _, point in ipairs(one.points) do
        values = math.max(values, style.width(value_text(point)))
      end
    end
  end
  local width = math.max(10, math.min(columns, 100) - names - values - 4)
  for p, panel in ipairs(model.panels) do
    if p > 1 then add "" end
    if panel.title ~= "" then add((" "):rep(names + 2) .. panel.title) end
    if model.settings.ylabel ~= "" then add((" "):rep(names + 2) .. model.settings.ylabel) end
    for c, category in ipairs(model.categories) do
      for s, one in ipairs(panel.series) do
        local found
        for _, point in ipairs(one.points) do
          if point.x == c then found = point end
        end
        local share = found and found.y and axis.place(model.y, found.y) or 0
        if share ~= share then share = 0 end
        local bar = bar_of(math.max(0, math.min(1, share)) * width,
          shade_of(model, one.index, paint))
        add(pad(s == 1 and cut(category, names) or "", names) .. " │"
          .. paint(bar, style.colour(one.index, #model.names, model.settings.palette))
          .. " " .. value_text(found))
      end
      if #panel.series > 1 and c < #model.categories then add((" "):rep(names) .. " │") end
    end
  end
end

-- ---- heat maps --------------------------------------------------------------

local function heat_cell(model, value, width, colours)
  local hatched = ("░"):rep(width)
  if not value then return colours and "\27[2m" .. hatched .. "\27[0m" or hatched end
  local text = pad_left(heat.label(model, value), width - 1) .. " "
  if not colours then return text end
  local rgb = heat.colour(model, value)
  return ("\27[48;2;%d;%d;%dm\27[38;2;%sm%s\27[0m"):format(rgb[1], rgb[2], rgb[3],
    style.is_dark(rgb) and "255;255;255" or "17;17;17", text)
end

local function heat_width(model, panel)
  local width = 2
  for r, row in ipairs(panel.values) do
    for c, value in ipairs(row) do
      if r == 1 then width = math.max(width, math.min(style.width(panel.columns[c]), 12)) end
      if value then width = math.max(width, style.width(heat.label(model, value))) end
    end
  end
  return width + 2
end

local function heat_text(model, columns, _, add, colours)
  local settings = model.settings
  for p, panel in ipairs(model.panels) do
    if p > 1 then add "" end
    local names, width = style.width(settings.ylabel), heat_width(model, panel)
    for _, name in ipairs(panel.rows) do names = math.max(names, style.width(name)) end
    names = math.min(names, columns // 3)
    if panel.title ~= "" then add(panel.title) end
    if settings.xlabel ~= "" then
      add((" "):rep(names + 1) .. centred(settings.xlabel, width * #panel.columns))
    end
    local heads = {}
    for c, name in ipairs(panel.columns) do
      heads[c] = pad_left(cut(name, width - 1), width - 1) .. " "
    end
    add(pad(cut(settings.ylabel, names), names) .. " " .. table.concat(heads))
    for r, row in ipairs(panel.values) do
      local cells = {}
      for c, value in ipairs(row) do cells[c] = heat_cell(model, value, width, colours) end
      add(pad(cut(panel.rows[r], names), names) .. " " .. table.concat(cells))
    end
  end
end

-- ---- pictures ---------------------------------------------------------------

local function image_text(model, _, _, add)
  add(("%d x %d pictures of %d x %d pixels"):format(#model.rows, #model.columns, model.height,
    model.width))
  local lists = {{"rows", model.rows}, {"columns", model.columns}}
  for _, list in ipairs(lists) do
    if table.concat(list[2]) ~= "" then
      add(("%s: %s"):format(list[1], table.concat(list[2], ", ")))
    end
  end
end

local texts = {line = line_text, bar = bar_text, heat = heat_text, image_grid = image_text}

--- A figure as text, `columns` wide, in colours or not.
function terminal.text(kind, model, columns, colours)
  local lines = {}
  local function add(line) lines[#lines + 1] = (line:gsub(" +$", "")) end
  local title = style.clean(model.settings.title)
  if title ~= "" then add(title) end
  texts[kind](model, columns, colours and coloured or plain, add, colours)
  return table.concat(lines, "\n")
end

-- Each row of pictures under its title, as the terminal shows pictures.
local function print_images(model)
  local image, image_grid = require "invar.image", require "invar.plot.image_grid"
  if model.settings.title ~= "" then print(style.clean(model.settings.title)) end
  if table.concat(model.columns) ~= "" then print(table.concat(model.columns, " | ")) end
  for r, row in ipairs(model.images) do
    if model.rows[r] ~= "" then print(model.rows[r]) end
    image.show(image_grid.sheet(model, {row}, 1))
  end
end

--- Prints a figure.
function terminal.print(kind, model)
  if kind == "image_grid" then return print_images(model) end
  local columns = require("invar.core.terminal").size()
  print(terminal.text(kind, model, columns, require("invar.repl.show").colours()))
end

return terminal
