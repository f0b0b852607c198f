-- Reads what image.show writes back into pictures.
local image = require "invar.image"
local files = require "support.files"
local tensor = require "invar.tensor"

local read = {}

--- The bytes of a base64 text.
function read.base64(text)
  local letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
  local value = {}
  for i = 1, #letters do value[letters:sub(i, i)] = i - 1 end
  assert(#text % 4 == 0, "the length is no multiple of 4")
  local bytes = text:gsub("....", function(four)
    local bits = 0
    for c in four:gmatch "." do bits = bits << 6 | (value[c] or 0) end
    local three = string.char(bits >> 16, bits >> 8 & 255, bits & 255)
    return three:sub(1, 3 - #four:match "=*$")
  end)
  return bytes
end

--- The picture in the bytes of a PNG file.
function read.png(bytes) return files.with_file(bytes, image.load) end

--- kitty's commands: the picture, and how many there were.
function read.kitty(text)
  local letters, count, last = {}, 0, nil
  for keys, payload in text:gmatch "\27_G([^;]*);([^\27]*)\27\\" do
    count = count + 1
    assert(#payload <= 4096)
    assert(keys == (count == 1 and "a=T,f=100,q=2,m=" or "m=") .. keys:sub(-1), keys)
    assert(last ~= "0", "a command after the last one")
    last = keys:sub(-1)
    assert(last == "0" or #payload == 4096)
    letters[count] = payload
  end
  assert(last == "0", "the last command says that more follow")
  return read.png(read.base64(table.concat(letters))), count
end

--- iTerm2's: the picture.
function read.iterm2(text)
  local size, width, height, payload = text:match
    "^\27%]1337;File=inline=1;size=(%d+);width=(%d+)px;height=(%d+)px:([^\a]*)\a\n$"
  local bytes = read.base64(payload)
  assert(#bytes == tonumber(size))
  local img = read.png(bytes)
  assert(img:size(1) == tonumber(height) and img:size(2) == tonumber(width))
  return img
end

--- Sixels: rows of pixels {red, green, blue} in 0 .. 100.
function read.sixel(text)
  local width, height, body = text:match '^\27P0;1;0q"1;1;(%d+);(%d+)(.*)\27\\\n$'
  width, height = tonumber(width), tonumber(height)
  local palette, rows = {}, {}
  for y = 1, height do rows[y] = {} end
  local x, y, color, at = 1, 1, nil, 1
  local function put(sixel, times)
    local bits = sixel:byte() - 63
    for _ = 1, times do
      for row = 0, 5 do
        if bits >> row & 1 == 1 then
          assert(y + row <= height and x <= width, "a pixel outside")
          assert(rows[y + row][x] == nil, "a pixel drawn twice")
          rows[y + row][x] = palette[color]
        end
      end
      x = x + 1
    end
  end
  while at <= #body do
    local n, r, g, b, stop = body:match("^#(%d+);2;(%d+);(%d+);(%d+)()", at)
    if n then
      palette[n] = {tonumber(r), tonumber(g), tonumber(b)}
    elseif body:match("^#(%d+)()", at) then
      color, stop = body:match("^#(%d+)()", at)
    elseif body:match("^!", at) then
      local times, sixel
      times, sixel, stop = body:match("^!(%d+)([?-~])()", at)
      put(sixel, tonumber(times))
    else
      local c = body:sub(at, at)
      stop = at + 1
      if c == "$" then x = 1
      elseif c == "-" then x, y = 1, y + 6
      else
        assert(c:match "[?-~]", "no sixel: " .. c)
        put(c, 1)
      end
    end
    at = stop
  end
  return rows
end

--- Half blocks in 24-bit colours: the picture.
function read.blocks(text)
  local rows = {}
  for line in text:gmatch "([^\n]*)\n" do
    local upper, lower, at, above, below = nil, nil, 1, {}, {}
    while at <= #line do
      local ground, r, g, b, stop = line:match("^\27%[(%d+);2;(%d+);(%d+);(%d+)m()", at)
      if ground then
        local color = {tonumber(r), tonumber(g), tonumber(b)}
        if ground == "38" then upper = color else lower = color end
      elseif line:match("^\27%[49m", at) then
        lower, stop = false, at + 5
      elseif line:match("^\27%[0m", at) then
        stop = at + 4
      else
        assert(line:sub(at, at + 2) == "▀", "neither colour nor block")
        above[#above + 1], below[#below + 1], stop = upper, lower or nil, at + 3
      end
      at = stop
    end
    rows[#rows + 1] = above
    if #below > 0 then rows[#rows + 1] = below end
  end
  return tensor(rows):to "uint8"
end

return read
