--- The pictures of the pack: objects from glyphs, backgrounds from photographs.

local image = require "invar.image"
local tensor = require "invar.tensor"

local pictures = {}

-- Fainter pixels than this do not count for where an object is.
local FAINTEST = 8

local function first_and_last(list)
  local first, last
  for i, seen in ipairs(list) do
    if seen ~= 0 then first, last = first or i, i end
  end
  return first, last
end

--- An object from the picture of a glyph: cut to its bounding box and padded to
-- a square with the box in the middle. So every object fills its canvas and
-- turns, grows and shrinks around its own centre, whatever margins the font
-- gave it; and nothing is resampled.
function pictures.object(glyph)
  if glyph:shape()[3] ~= 4 then error("the glyph has no alpha", 0) end
  local seen = glyph[{{}, {}, 4}]:ge(FAINTEST):to("int32")
  local top, bottom = first_and_last(seen:max(2):totable())
  local left, right = first_and_last(seen:max(1):totable())
  if not top then error("the glyph is empty", 0) end
  local height, width = bottom - top + 1, right - left + 1
  local side = math.max(height, width)
  local canvas = tensor.zeros(side, side, 4):to("uint8")
  return image.paste(canvas, image.crop(glyph, top, left, height, width),
    1 + (side - height) // 2, 1 + (side - width) // 2)
end

-- Backgrounds: their size; the smallest side of a crop, so that all are sharp;
-- the most from one photograph; and how much each differs from all before it:
-- the root mean square, in levels of 8 bits, over pictures of 8 x 8 pixels. So
-- clear sky comes in a few shades only.
local SIZE, SMALLEST, MOST, DIFFERENCE = 128, 256, 40, 16
local THUMB = 8
local VALUES = THUMB * THUMB * 3

--- Positions of `count` pieces of length `side` spread over `length`.
local function spread(length, side, count)
  local places = {}
  for i = 0, count - 1 do
    places[i + 1] = count > 1 and (length - side) * i // (count - 1) or (length - side) // 2
  end
  return places
end

--- The squares cut from a height x width photograph, the largest first: as many
-- as fit side by side at 1, 1/2, 1/4 and 1/8 of its shorter side. Those of one
-- size do not overlap, and one lies on at most a quarter of a larger one.
-- Returns a list of {x =, y =, side =}, x and y from 0.
function pictures.squares(height, width)
  local list = {}
  for scale = 0, 3 do
    local side = math.min(height, width) >> scale
    if side < SMALLEST then break end
    for _, y in ipairs(spread(height, side, height // side)) do
      for _, x in ipairs(spread(width, side, width // side)) do
        list[#list + 1] = {x = x, y = y, side = side}
      end
    end
  end
  return list
end

local function as_rgb(photograph)
  local channels = photograph:shape()[3]
  if channels == 1 then return tensor.cat({photograph, photograph, photograph}, 3) end
  return channels == 4 and photograph[{{}, {}, {1, 3}}] or photograph
end

--- A function that says whether a picture differs from all it took before. Sums
-- are of whole numbers below 2^24: exact, the same everywhere.
function pictures.novelty()
  local taken, count = tensor.zeros(64, VALUES), 0
  return function(picture)
    local thumb = image.resize(picture, {height = THUMB, width = THUMB, filter = "box"})
      :to("float32"):reshape(VALUES)
    if count > 0 then
      local nearest = (taken[{{1, count}}] - thumb):square():sum(2):min():item()
      if nearest < DIFFERENCE ^ 2 * VALUES then return false end
    end
    count = count + 1
    if count > #taken then taken = tensor.cat({taken, tensor.zeros(#taken, VALUES)}, 1) end
    taken[count] = thumb
    return true
  end
end

--- Calls take(picture, square) for the crops of a photograph that `differs` (a
-- function made by pictures.novelty) accepts, SIZE x SIZE x 3.
function pictures.crops(photograph, differs, take)
  photograph = as_rgb(photograph)
  local height, width = table.unpack(photograph:shape())
  local count = 0
  for _, square in ipairs(pictures.squares(height, width)) do
    local part = image.crop(photograph, square.y + 1, square.x + 1, square.side, square.side)
    local picture = image.resize(part, {height = SIZE, width = SIZE})
    if differs(picture) then
      count = count + 1
      take(picture, square)
    end
    if count == MOST then break end
  end
  return count
end

return pictures
