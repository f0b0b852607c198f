--- Where things are on a figure: title, legend, panels beside and below each
-- other. Lengths are in units of 1/96 inch; text is 15 units high.

local style = require "invar.plot.style"

local layout = {}

local LINE = 20 -- the height of a line

--- About how wide a text is (DejaVu Sans, the widest of the usual fonts).
function layout.width(text)
  local width = 0
  for _, code in utf8.codes(text) do
    local letter = code < 128 and utf8.char(code) or ""
    width = width + (code >= 128 and 12.5 or letter:find "[ijl.,:;'|! ()%-]" and 5.5
      or letter:find "[mw%%@MW+=<>~#]" and 13.5 or letter:find "%u" and 10.8 or 9.3)
  end
  return width
end

--- About how wide the widest of the labels of ticks is.
function layout.ticks_width(ticks)
  local width = 0
  for _, tick in ipairs(ticks) do width = math.max(width, layout.width(tick[2])) end
  return width
end

-- Names of series in as many columns as fit: rows and columns.
local function legend_size(names, width)
  local widest = 0
  for _, name in ipairs(names) do widest = math.max(widest, layout.width(name)) end
  local columns = math.max(1, math.min(#names, (width - 40) // (widest + 56)))
  return math.ceil(#names / columns), columns
end

local function has_names(names)
  for _, name in ipairs(names) do
    if name ~= "" then return true end
  end
  return false
end

--- The frame of a figure. spec: width, height, title, names (of the series), legend
-- (its title), count (of panels), across (panels in a row), titled (panels have
-- titles), left, bottom (room for the labels of the axes of one panel), inner_left
-- (of those not at the left). Gives {boxes = {{left, right, top, bottom, first}}, ...} in shares
-- of the figure, from the bottom left.
function layout.new(spec)
  local frame = {width = spec.width, height = spec.height, boxes = {}}
  local top = 12
  if spec.title ~= "" then
    top = top + LINE + 8
  end
  if spec.names and has_names(spec.names) then
    local rows, columns = legend_size(spec.names, spec.width)
    if spec.legend ~= "" then rows = rows + 1 end
    frame.legend = {top = 1 - top / spec.height, columns = columns,
      bottom = 1 - (top + rows * LINE) / spec.height}
    top = top + rows * LINE + 8
  end
  local rows = math.ceil(spec.count / spec.across)
  local head = spec.titled and LINE + 6 or 4
  local cell_width = (spec.width - spec.left - 18 + spec.inner_left) / spec.across
  local cell_height = (spec.height - top - 6) / rows
  for p = 1, spec.count do
    local row, column = (p - 1) // spec.across, (p - 1) % spec.across
    local left = spec.left + column * cell_width
    local box = {first = column == 0, left = left, right = left + cell_width - spec.inner_left,
      top = top + row * cell_height + head,
      bottom = top + (row + 1) * cell_height - spec.bottom}
    -- Where there is no room, the panel is small rather than turned over.
    box.right = math.max(box.right, box.left + 10)
    box.bottom = math.max(box.bottom, box.top + 10)
    box.left, box.right = box.left / spec.width, box.right / spec.width
    box.top, box.bottom = 1 - box.top / spec.height, 1 - box.bottom / spec.height
    frame.boxes[p] = box
  end
  return frame
end

-- A text at a place in units from the top left; it stays for all plots to come.
local function label(frame, number, text, x, y, more)
  if text == "" then return ("unset label %d"):format(number) end
  return ("set label %d %s at screen %.5g, screen %.5g center%s"):format(number,
    style.quote(text), x / frame.width, 1 - y / frame.height, more or "")
end

--- The lines that begin a figure: its title and what all panels share. Titles
-- are labels, as every terminal of gnuplot has its own idea where titles go.
function layout.head(frame, title)
  return {"set multiplot", label(frame, 1, title, frame.width / 2, 18),
    "set border 3 lc rgb '#444444'; set tics nomirror out scale 0.5 tc rgb '#222222'",
    "set grid y lc rgb '#DDDDDD' lw 1 lt 1; set style fill solid 1 noborder; unset key"}
end

--- The titles of a panel: title, xlabel, ylabel; labels is the height of the
-- labels of its x axis, left the room for those of its y axis.
function layout.labels(frame, box, spec)
  local middle = (box.left + box.right) / 2 * frame.width
  local top, bottom = (1 - box.top) * frame.height, (1 - box.bottom) * frame.height
  return table.concat({label(frame, 2, spec.title, middle, top - 12),
    label(frame, 3, spec.xlabel, middle, bottom + spec.labels + 18),
    label(frame, 4, spec.ylabel, box.left * frame.width - spec.left + 14, (top + bottom) / 2,
      " rotate")}, "; ")
end

--- The lines that set the place of a panel.
function layout.margins(box)
  return ("set lmargin at screen %.5g; set rmargin at screen %.5g; set tmargin at screen %.5g; "
    .. "set bmargin at screen %.5g"):format(box.left, box.right, box.top, box.bottom)
end

--- The legend, as a plot of nothing on a strip of its own. `entries` are what
-- stands behind "plot NaN": "with lines ... title 'x'"; `title` stands above.
function layout.legend(frame, title, entries, lines)
  local legend = frame.legend
  if not legend then return end
  lines[#lines + 1] = layout.margins {left = 0.01, right = 0.99, top = legend.top,
    bottom = legend.bottom}
  lines[#lines + 1] = "unset border; unset tics; unset grid; unset label; unset logscale"
  lines[#lines + 1] = ("set key center center horizontal Left reverse samplen 2 width 1 "
    .. "maxcols %d; set xrange [0:1]; set yrange [0:1]"):format(legend.columns)
  if title ~= "" then lines[#lines + 1] = "set key title " .. style.quote(title) end
  local parts = {}
  for i, entry in ipairs(entries) do parts[i] = "NaN " .. entry end
  lines[#lines + 1] = "plot " .. table.concat(parts, ", \\\n     ")
end

--- An axis for gnuplot: range, ticks at their labels (false: without labels).
function layout.axis(which, axis, labelled, rotate)
  local ticks = {}
  for i, tick in ipairs(axis.ticks) do
    local text = labelled and style.quote(tick[2]):gsub("%%", "%%%%") or "''" -- it is a format
    ticks[i] = ("%s %.9g"):format(text, tick[1])
  end
  return ("set %srange [%.9g:%.9g]; %s logscale %s; set %stics %s(%s)"):format(
    which, axis.low, axis.high, axis.log and "set" or "unset", which, which,
    rotate and "rotate by 35 right " or "norotate ", table.concat(ticks, ", "))
end

return layout
