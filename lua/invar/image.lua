--- Images: uint8 tensors of height x width x channels (1 gray, 3 RGB, 4 RGB and
-- straight alpha), row 1 at the top.

require "invar.tensor"
local core = require "invar.core.image"

local image = {
  load = core.load,
  save = core.save,
  glyph = core.glyph,
  hash = core.hash,
  resize = core.resize,
  crop = core.crop,
  paste = core.paste,
  composite = core.composite,
  flip_vertical = core.flip_vertical,
  flip_horizontal = core.flip_horizontal,
  contact_sheet = core.contact_sheet,
}

--- Shows an image (uint8, or float32 in [0, 1]) in the terminal, one column for
-- each pixel and one line for two rows; images wider than the terminal are
-- shrunk. Where standard output is no terminal, one line says what the image
-- is.
function image.show(img)
  local columns = core.terminal_width()
  local text = core.half_blocks(img, columns)
  if columns then
    io.write(text)
  else
    print(("image: %s, %s"):format(table.concat(img:shape(), " x "), img:dtype()))
  end
end

return image
