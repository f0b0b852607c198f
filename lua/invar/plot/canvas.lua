--- A drawing of characters: lines in braille dots (2 x 4 for each character),
-- marks as characters on top, each with a colour.

local canvas = {}
canvas.__index = canvas

-- The bit of a dot in its character, by column and row (Unicode, block 2800).
local bits = {{0x01, 0x02, 0x04, 0x40}, {0x08, 0x10, 0x20, 0x80}}

function canvas.new(width, height)
  local self = setmetatable({width = width, height = height, dots = {}, colours = {}, marks = {}},
    canvas)
  return self
end

-- The character that holds the dot at x (0 left) and y (0 top).
function canvas:dot(x, y, colour)
  local column, row = x // 2, y // 4
  if column < 0 or column >= self.width or row < 0 or row >= self.height then return end
  local at = row * self.width + column
  self.dots[at] = (self.dots[at] or 0) | bits[x % 2 + 1][y % 4 + 1]
  self.colours[at] = colour
end

--- A straight line between two dots (whole numbers).
function canvas:line(x1, y1, x2, y2, colour)
  local steps = math.max(math.abs(x2 - x1), math.abs(y2 - y1), 1)
  for i = 0, steps do
    self:dot(math.floor(x1 + (x2 - x1) * i / steps + 0.5),
      math.floor(y1 + (y2 - y1) * i / steps + 0.5), colour)
  end
end

--- A character in place of the dots at x, y; `below`: only where there is none.
function canvas:mark(x, y, character, colour, below)
  local column, row = x // 2, y // 4
  if column < 0 or column >= self.width or row < 0 or row >= self.height then return end
  local at = row * self.width + column
  if below and self.marks[at] then return end
  self.marks[at], self.colours[at] = character, colour
end

--- One line of text; paint(text, colour) colours a character.
function canvas:row(row, paint)
  local parts = {}
  for column = 0, self.width - 1 do
    local at = row * self.width + column
    local character = self.marks[at]
      or self.dots[at] and utf8.char(0x2800 + self.dots[at]) or " "
    parts[#parts + 1] = character == " " and " " or paint(character, self.colours[at])
  end
  return (table.concat(parts):gsub(" +$", ""))
end

return canvas
