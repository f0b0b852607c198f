--- What all figures share: colours, markers, and texts that no program that
-- reads them takes for anything but text.

local style = {}

-- Okabe and Ito's palette (Color Universal Design, 2008), which people with
-- colour blindness can tell apart, without its yellow (unreadable on white).
local distinct = {"#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9",
  "#000000", "#999999"}

-- ColorBrewer's YlGnBu, light to dark; safe for the colour-blind and in gray.
local sequential = {{0xff, 0xff, 0xd9}, {0xed, 0xf8, 0xb1}, {0xc7, 0xe9, 0xb4},
  {0x7f, 0xcd, 0xbb}, {0x41, 0xb6, 0xc4}, {0x1d, 0x91, 0xc0}, {0x22, 0x5e, 0xa8},
  {0x25, 0x34, 0x94}, {0x08, 0x1d, 0x58}}

-- gnuplot's point types, and the same forms as characters.
local points = {7, 5, 9, 13, 11, 6, 4, 8}
local glyphs = {"●", "■", "▲", "◆", "▼", "○", "□", "△"}

local function cycle(list, i) return list[(i - 1) % #list + 1] end

--- The colour at `share` (0 to 1) of the sequential palette: three bytes.
function style.shade(share)
  local at = math.max(0, math.min(1, share)) * (#sequential - 1)
  local i = math.min(math.floor(at), #sequential - 2)
  local a, b, mixed = sequential[i + 1], sequential[i + 2], {}
  for c = 1, 3 do mixed[c] = math.floor(a[c] + (at - i) * (b[c] - a[c]) + 0.5) end
  return mixed
end

--- Whether writing on that colour must be white (WCAG's relative luminance).
function style.is_dark(rgb)
  local sum = 0
  for c, weight in ipairs {0.2126, 0.7152, 0.0722} do
    sum = sum + weight * (rgb[c] / 255) ^ 2.2
  end
  return sum < 0.25
end

function style.hex(rgb) return ("#%02X%02X%02X"):format(rgb[1], rgb[2], rgb[3]) end

--- gnuplot's definition of the sequential palette.
function style.palette()
  local stops = {}
  for i, rgb in ipairs(sequential) do stops[i] = ("%d '%s'"):format(i - 1, style.hex(rgb)) end
  return "set palette defined (" .. table.concat(stops, ", ") .. ")"
end

--- The colour of series i of n; `palette` is "distinct" or "sequential" (for
-- series that have an order; the lightest shades are left out).
function style.colour(i, n, palette)
  if palette ~= "sequential" then return cycle(distinct, i) end
  return style.hex(style.shade(0.3 + 0.7 * (n > 1 and (i - 1) / (n - 1) or 1)))
end

function style.point(i) return cycle(points, i) end
function style.glyph(i) return cycle(glyphs, i) end
--- gnuplot's dash type: solid, and dashed where colours come again.
function style.dash(i) return (i - 1) // #distinct % 4 + 1 end

--- A text with "?" in place of each byte that is no UTF-8.
function style.valid(text)
  local parts, from = {}, 1
  while true do
    local ok, at = utf8.len(text, from)
    if ok then break end
    parts[#parts + 1] = text:sub(from, at - 1) .. "?"
    from = at + 1
  end
  return table.concat(parts) .. text:sub(from)
end

--- One line of valid UTF-8 without control characters.
function style.clean(value) return style.valid((tostring(value):gsub("%c+", " "))) end

--- A gnuplot string; nothing in single quotes means anything to gnuplot but
-- the quote itself.
function style.quote(value) return "'" .. style.clean(value):gsub("'", "''") .. "'" end

--- How many columns a text takes.
function style.width(text) return utf8.len(text) or #text end

--- A number for files: nine digits, NaN where there is none.
function style.number(value)
  if type(value) ~= "number" or value ~= value then return "NaN" end
  return ("%.9g"):format(value)
end

local function field(value)
  if type(value) == "number" then return style.number(value) end
  local text = style.clean(value)
  return text:find '[",]' and '"' .. text:gsub('"', '""') .. '"' or text
end

--- A line of CSV.
function style.csv(...)
  local fields = {}
  for i = 1, select("#", ...) do fields[i] = field((select(i, ...))) end
  return table.concat(fields, ",")
end

return style
