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
  show = require("invar.image.show").show,
}

return image
