-- Makes the pack of real pictures, or checks one (make assets):
--   invar scripts/assets.lua [FOLDER]
--   invar scripts/assets.lua --check [FOLDER]
local data = require "invar.data"

local check = arg[1] == "--check"
local folder = arg[check and 2 or 1]
if check then
  print(("%d pictures are as the manifest says."):format(data.check_pack(folder)))
else
  folder = data.build_pack(folder)
  print(("%s: %d classes of objects, %d backgrounds"):format(folder,
    #data.objects.pack {path = folder}, #data.backgrounds.pack {path = folder}))
end
