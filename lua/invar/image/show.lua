--- image.show: pictures in the terminal, by the best protocol it has: kitty's,
-- iTerm2's inline images, sixel, or half blocks, which all terminals draw.

local core = require "invar.core.image"
local options = require "invar.options"

local show = {}

local protocols = {"kitty", "iterm2", "sixel", "blocks", "none"}
show.protocols = protocols
local known = {}
for _, name in ipairs(protocols) do known[name] = true end

-- ---- which protocol ---------------------------------------------------------

-- Whether an answer to "what are you" (DA1, ESC [ c), such as ESC [ ? 62 ; 4 ; 22
-- c, names sixel graphics, attribute 4. The first number is the terminal's class.
local function names_sixel(answer)
  local attributes = answer and answer:match "^\27%[%?%d+;([%d;]+)c$"
  return attributes ~= nil and (";" .. attributes .. ";"):find(";4;", 1, true) ~= nil
end

-- Terminals that say who they are. In the order of trust: what a terminal sets
-- itself goes before what a shell may have inherited from another.
local function told(get)
  local term, program = get "TERM" or "", get "TERM_PROGRAM" or ""
  if term == "xterm-kitty" or term == "xterm-ghostty" or program == "ghostty" then
    return "kitty"
  elseif program == "WezTerm" or program == "iTerm.app" or program == "mintty"
    or get "LC_TERMINAL" == "iTerm2" then
    return "iterm2"
  elseif (tonumber(get "KONSOLE_VERSION") or 0) >= 220400 or get "KITTY_WINDOW_ID" then
    return "kitty"
  end
end

-- A multiplexer keeps the screen as characters and would lose pictures.
local function multiplexed(get)
  local term = get "TERM" or ""
  return (get "TMUX" or get "STY" or term:match "^screen" or term:match "^tmux") ~= nil
end

-- The environment, in which what is empty is not set.
local function filled(get)
  return function(name)
    local value = get(name)
    return value ~= "" and value or nil
  end
end

--- What the terminal that standard output is can draw. `get(name)` gives the
-- environment, `ask()` the terminal's answer to DA1; INVAR_IMAGES decides first.
function show.detect(get, ask)
  get = filled(get)
  local wanted, term = get "INVAR_IMAGES", get "TERM"
  if wanted then
    if known[wanted] then return wanted end
    error(("image.show: INVAR_IMAGES: one of %s expected, got %s"):format(
      table.concat(protocols, ", "), options.describe(wanted)), 0)
  end
  if not term or term == "dumb" then return "none" end
  local found = not multiplexed(get) and (told(get) or names_sixel(ask()) and "sixel")
  if found then return found end
  return get "NO_COLOR" and "none" or "blocks"
end

-- Whether the terminal has 24-bit colours; the others have xterm's 256.
function show.true_color(get)
  get = filled(get)
  local term, color = get "TERM" or "", get "COLORTERM"
  return color == "truecolor" or color == "24bit" or told(get) ~= nil
    or term:find "direct" ~= nil or term:find "^alacritty" ~= nil or term:find "^foot" ~= nil
end

local ANSWER = 500 -- milliseconds a terminal has, once in a session
local answer

local function ask()
  if answer == nil then answer = core.ask("\27[c", "c", ANSWER) or "" end
  return answer
end

-- ---- the protocols ------------------------------------------------------------

-- tmux passes on what is wrapped so, where its option allow-passthrough is on.
local function wrapped(text)
  if (os.getenv "TMUX" or "") == "" then return text end
  return "\27Ptmux;" .. text:gsub("\27", "\27\27") .. "\27\\"
end

local CHUNK = 4096 -- letters that one command of kitty's protocol may hold

local draw = {}

-- https://sw.kovidgoyal.net/kitty/graphics-protocol/: a PNG file (f=100), shown
-- at once (a=T), no answer (q=2), in several commands (m=1: more follow).
function draw.kitty(img)
  local png, parts = core.png(img), {}
  for at = 1, #png, CHUNK do
    local more = at + CHUNK <= #png and 1 or 0
    local keys = at == 1 and "a=T,f=100,q=2,m=" or "m="
    parts[#parts + 1] = wrapped(("\27_G%s%d;%s\27\\"):format(keys, more,
      png:sub(at, at + CHUNK - 1)))
  end
  return table.concat(parts) .. "\n"
end

-- https://iterm2.com/documentation-images.html
function draw.iterm2(img)
  local png, size = core.png(img)
  local height, width = table.unpack(img:shape())
  return wrapped(("\27]1337;File=inline=1;size=%d;width=%dpx;height=%dpx:%s\a"):format(size,
    width, height, png)) .. "\n"
end

function draw.sixel(img) return core.sixel(img) .. "\n" end

function draw.blocks(img) return core.half_blocks(img, show.true_color(os.getenv)) end

-- ---- sizes ----------------------------------------------------------------------

-- Where a terminal does not say how large its characters are.
local CELL_WIDTH, CELL_HEIGHT = 10, 20

-- What there is to draw on: the protocol, and the room in its pixels (half
-- blocks: one for each column, two for each line).
local function canvas(protocol)
  local columns, rows, width = core.terminal()
  if not protocol then
    protocol = columns and show.detect(os.getenv, ask) or "none"
  end
  columns, rows = columns or 80, rows or 24
  if protocol == "blocks" then
    return {protocol = protocol, width = columns, height = 2 * (rows - 2), columns = columns}
  end
  return {protocol = protocol, width = width or columns * CELL_WIDTH,
    height = rows * CELL_HEIGHT, columns = columns}
end

--- What pictures would be drawn on, for those who lay them out.
show.canvas = canvas

local ONE, MANY = 256, 96 -- about the side of one picture, and of one of several
local MANY_BLOCKS = 4     -- pictures beside each other in half blocks, at least

-- How many times a picture is enlarged: as wanted, or to about `side` pixels.
local function factor(height, width, room, side, wanted)
  local most = math.max(room.width // width, 1)
  if wanted then return math.min(wanted, most) end
  if room.protocol == "blocks" then
    side = math.min(64, math.max(room.height, 1))
  end
  return math.max(math.min(side // math.max(height, width), most), 1)
end

-- The picture enlarged by whole factors, or shrunk to `width`.
local function fitted(img, times, most)
  local height, width = table.unpack(img:shape())
  if width * times > most then
    return core.resize(img, {height = math.max(height * most // width, 1), width = most,
      filter = "box"})
  elseif times == 1 then
    return img
  end
  return core.resize(img, {height = height * times, width = width * times, filter = "nearest"})
end

-- ---- several pictures --------------------------------------------------------------

--- A text on one line of so many columns, with an ellipsis where it is cut.
function show.cut(text, columns)
  text = text:gsub("%c", "?")
  local length = utf8.len(text)
  if not length then
    text = text:gsub("[\128-\255]", "?")
    length = #text
  end
  if length <= columns then return text .. (" "):rep(columns - length) end
  if columns < 1 then return "" end
  return text:sub(1, utf8.offset(text, columns) - 1) .. "…"
end

-- One row of pictures of equal sizes as half blocks, with a column between.
local function row_of_blocks(images, labels)
  local columns, lines = {}, {}
  for i, img in ipairs(images) do
    columns[i] = {}
    for line in draw.blocks(img):gmatch "([^\n]*)\n" do
      columns[i][#columns[i] + 1] = line
    end
  end
  for l = 1, #columns[1] do
    local parts = {}
    for i = 1, #columns do parts[i] = columns[i][l] end
    lines[l] = table.concat(parts, " ")
  end
  if labels then
    local width, parts = images[1]:size(2), {}
    for i, label in ipairs(labels) do parts[i] = show.cut(label, width) end
    lines[#lines + 1] = table.concat(parts, " ")
  end
  return table.concat(lines, "\n") .. "\n"
end

local GLYPH, LONGEST = 6, 24 -- pixels and characters of the names on contact sheets

-- How many pictures are beside each other in half blocks, how often enlarged.
local function layout_of_blocks(width, count, room, scale)
  local times = scale and math.min(scale, math.max(room.width // width, 1)) or 1
  return math.max((room.width + 1) // (width * times + 1), math.min(MANY_BLOCKS, count)), times
end

-- The same on a contact sheet with names to the left.
local function layout_of_sheet(height, width, room, scale, names)
  local margin, left = 2, 0
  for _, name in ipairs(names or {}) do
    left = math.max(left, math.min(#name, LONGEST) * GLYPH + margin)
  end
  local free = math.max(room.width - left - margin, 1)
  local times = factor(height, width, {width = free - margin}, MANY, scale)
  return math.max(free // (width * times + margin), 1), times
end

--- How many pictures of a size fit beside each other, with `names` to the left.
function show.beside(height, width, room, scale, names)
  if room.protocol == "blocks" then
    return (layout_of_blocks(width, MANY_BLOCKS, room, scale))
  end
  return (layout_of_sheet(height, width, room, scale, names))
end

-- The list as half blocks, names as text below (or, of rows, above).
local function blocks(images, room, o)
  local beside, times = layout_of_blocks(images[1]:size(2), #images, room, o.scale)
  beside = o.columns or beside
  local most = math.max((room.width + 1) // beside - 1, 1)
  local parts = {}
  for first = 1, #images, beside do
    local row, labels = {}, o.labels and {}
    for i = first, math.min(first + beside - 1, #images) do
      row[#row + 1] = fitted(images[i], times, most)
      if labels then labels[#row] = o.labels[i] end
    end
    local title = o.row_labels and o.row_labels[(first - 1) // beside + 1]
    if title then parts[#parts + 1] = show.cut(title, room.width):match "^(.-) *$" .. "\n" end
    parts[#parts + 1] = row_of_blocks(row, labels)
  end
  return table.concat(parts)
end

local function sheet(images, room, o)
  local height, width = table.unpack(images[1]:shape())
  local beside, times = layout_of_sheet(height, width, room, o.scale, o.row_labels)
  return core.contact_sheet(images, {columns = math.min(o.columns or beside, #images),
    scale = times, labels = o.labels, row_labels = o.row_labels})
end

--- The text that draws a list of pictures (uint8) of equal sizes on a canvas.
-- Settings: columns, scale, labels, row_labels.
function show.text(images, room, o)
  local list = {}
  for i, img in ipairs(images) do
    list[i] = core.on_squares(img, math.max(img:size(1) // 8, 1))
  end
  if room.protocol == "none" then
    return ("%s: %s, %s\n"):format(#list == 1 and "image" or #list .. " images",
      table.concat(images[1]:shape(), " x "), images[1]:dtype())
  end
  images = list
  if #images > 1 or o.labels or o.row_labels then
    if room.protocol == "blocks" then return blocks(images, room, o) end
    return draw[room.protocol](fitted(sheet(images, room, o), 1, room.width))
  end
  local height, width = table.unpack(images[1]:shape())
  return draw[room.protocol](fitted(images[1], factor(height, width, room, ONE, o.scale),
    room.width))
end

-- ---- image.show ------------------------------------------------------------------------

local rules = {
  scale = {type = "integer", min = 1, max = 100},
  columns = {type = "integer", min = 1, max = 1000},
  range = {type = "table"},
  labels = {type = "table"},
  protocol = {type = "string", choices = protocols},
}

-- The values as 8 bits.
local function bytes_of(x, range)
  if x:dtype() == "uint8" then return x end
  if x:dtype() == "bfloat16" or x:dtype() == "float64" then x = x:to "float32" end
  return core.bytes(x, range and range[1] or 0, range and range[2] or 1, range ~= nil)
end

-- N x H x W x C, or N x H x W where the last size is no number of channels.
local function is_batch(x)
  local last = x:shape()[3]
  return #x:shape() == 4 or #x:shape() == 3 and last ~= 1 and last ~= 3 and last ~= 4
end

-- A list of the images of a tensor or list, as 8 bits; what is wrong otherwise.
local function images_of(x, range)
  local list = {}
  if type(x) == "table" then
    for i = 1, #x do
      if options.describe(x[i]) ~= "tensor" then
        return nil, ("element %d: tensor expected, got %s"):format(i, options.describe(x[i]))
      end
      list[i] = bytes_of(x[i], range)
    end
  elseif is_batch(x) then
    x = bytes_of(x, range)
    for i = 1, x:size(1) do list[i] = x[i] end
  else
    list[1] = bytes_of(x, range)
  end
  return #list > 0 and list, "there are no images"
end

local function is_range(range)
  local low, high = range[1], range[2]
  return math.type(low) and math.type(high) and low < high and high - low < math.huge
end

--- Shows pictures in the terminal; the help record says how.
function show.show(x, given)
  options.argument("image.show", 1, x, {"tensor", "table"})
  local o = options.check("image.show", given, {}, rules)
  if o.range and not is_range(o.range) then
    error("image.show: option range: {low, high} expected, as in {-1, 1}", 2)
  end
  local ok, text = pcall(function()
    local images, problem = images_of(x, o.range)
    return images and show.text(images, canvas(o.protocol), o)
      or error("image.show: argument 1: " .. problem)
  end)
  if not ok then error(options.renamed(text, "image.show"), 2) end
  io.write(text)
end

return show
