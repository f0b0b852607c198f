-- Fonts with colour bitmaps, made by hand after the OpenType specification.
local font = {}

local function pack(format, ...) return (">" .. format):pack(...) end

--- A font file of `tables` (tag -> bytes), in the order of their tags.
function font.file(tables)
  local tags = {}
  for tag in pairs(tables) do tags[#tags + 1] = tag end
  table.sort(tags)
  local list, body, at = {}, {}, 12 + 16 * #tags
  for i, tag in ipairs(tags) do
    list[i] = tag .. pack("I4I4I4", 0, at, #tables[tag])
    body[i] = tables[tag]
    at = at + #tables[tag]
  end
  return pack("I4I2I2I2I2", 0x10000, #tags, 0, 0, 0) .. table.concat(list) .. table.concat(body)
end

--- A cmap of one subtable.
function font.cmap(platform, encoding, subtable)
  return pack("I2I2I2I2I4", 0, 1, platform, encoding, 12) .. subtable
end

--- Format 12: {{first codepoint, last, first glyph}, ...}
function font.groups(groups)
  local parts = {pack("I2I2I4I4I4", 12, 0, 16 + 12 * #groups, 0, #groups)}
  for _, group in ipairs(groups) do parts[#parts + 1] = pack("I4I4I4", table.unpack(group)) end
  return table.concat(parts)
end

--- Format 4: {{first codepoint, last, delta, offset}, ...}, and the list of
-- glyphs behind them.
function font.segments(segments, glyphs)
  local parts = {{}, {}, {}, {}}
  for _, segment in ipairs(segments) do
    for k, value in ipairs {segment[2], segment[1], segment[3], segment[4] or 0} do
      table.insert(parts[k], pack("I2", value))
    end
  end
  local body = table.concat(parts[1]) .. "\0\0" .. table.concat(parts[2])
    .. table.concat(parts[3]) .. table.concat(parts[4])
  for _, glyph in ipairs(glyphs or {}) do body = body .. pack("I2", glyph) end
  return pack("I2I2I2I2I2I2I2", 4, 14 + #body, 0, 2 * #segments, 0, 0, 0) .. body
end

--- A bitmap of CBDT with a PNG file in it.
function font.bitmap(format, png)
  local metrics = {[17] = 5, [18] = 8, [19] = 0}
  return ("m"):rep(metrics[format]) .. pack("I4", #png) .. png
end

--- CBDT, and the index of glyphs `first`, `first` + 1, ... in format `kind`.
-- In formats 4 and 5 only every second glyph is there; in 2 and 5 all bitmaps
-- are padded to one size.
function font.bitmaps(kind, format, first, pngs)
  local data, offsets, most = {}, {4}, 0
  for i, png in ipairs(pngs) do
    data[i] = font.bitmap(format, png)
    most = math.max(most, #data[i])
  end
  local step = kind >= 4 and 2 or 1
  for i = 1, #data do
    if kind == 2 or kind == 5 then data[i] = data[i] .. ("\0"):rep(most - #data[i]) end
    offsets[i + 1] = offsets[i] + #data[i]
  end
  local index = {pack("I2I2I4", kind, format, (kind == 2 or kind == 5) and 4 or 0)}
  local function add(...) index[#index + 1] = pack(...) end
  if kind == 2 then add("I4c8", most, "") end
  if kind == 4 then add("I4", #data) end
  if kind == 5 then add("I4c8I4", most, "", #data) end
  for i = 1, #data + 1 do
    if kind == 1 then add("I4", offsets[i]) end
    if kind == 3 then add("I2", offsets[i]) end
    if kind == 4 then add("I2I2", i <= #data and first + step * (i - 1) or 0, offsets[i]) end
    if kind == 5 and i <= #data then add("I2", first + step * (i - 1)) end
  end
  return "\0\3\0\0" .. table.concat(data),
    {first = first, last = first + step * (#data - 1), index = table.concat(index)}
end

--- CBLC of one strike (or more, {pixels per em, bits} each) over `ranges`.
function font.location(ranges, strikes)
  strikes = strikes or {{109, 32}}
  local list, indices, at = {}, {}, 8 * #ranges
  for i, range in ipairs(ranges) do
    list[i] = pack("I2I2I4", range.first, range.last, at)
    indices[i] = range.index
    at = at + #range.index
  end
  local parts = {pack("I2I2I4", 3, 0, #strikes)}
  for _, strike in ipairs(strikes) do
    parts[#parts + 1] = pack("I4I4I4I4c24I2I2BBBB", 8 + 48 * #strikes, at, strike[3] or #ranges,
      0, "", 0, 0xffff, strike[1], strike[1], strike[2], 1)
  end
  return table.concat(parts) .. table.concat(list) .. table.concat(indices)
end

--- A whole font: codepoints from `codepoint` on show `pngs`.
function font.simple(codepoint, pngs, kind, format)
  local data, range = font.bitmaps(kind or 1, format or 17, 5, pngs)
  return font.file {CBDT = data, CBLC = font.location {range},
    cmap = font.cmap(3, 10, font.groups {{codepoint, codepoint + range.last - 5, 5}})}
end

return font
