-- Real-looking pictures for the quickstart, from Debian's oxygen-icon-theme:
-- 60 distinct things as 128 x 128 PNG files with alpha, and scenes drawn by
-- Invar as PNG files beside them.
--
--   apt-get install oxygen-icon-theme
--   invar scripts/oxygen.lua out/oxygen
--   invar examples/quickstart.lua --objects out/oxygen/objects \
--                                 --backgrounds out/oxygen/backgrounds

local invar = require "invar"
local data, image, report = invar.data, invar.image, invar.report

local icons = "/usr/share/icons/oxygen/base/128x128"

local things = {
  apps = [[
    accessories-calculator accessories-dictionary basket clock digikam help-browser
    internet-mail k3b kalarm kbugbuster kcolorchooser kgpg kmag kolf ktip kwalletmanager
    office-calendar preferences-desktop-color preferences-desktop-sound scribus step
    strigi system-file-manager tagua utilities-terminal wine]],
  categories = [[
    applications-science applications-toys preferences-desktop-personal]],
  devices = [[
    audio-card audio-headphones battery camera-photo camera-web computer computer-laptop
    cpu drive-harddisk drive-removable-media-usb-pendrive input-gaming input-keyboard
    input-mouse input-tablet media-flash-sd-mmc media-floppy media-optical-audio
    media-tape microphone modem multimedia-player-apple-ipod network-wired pda phone
    printer scanner video-projector video-television]],
  places = [[
    folder user-trash]],
  status = [[
    weather-clear]],
}

local folder = arg[1]
if not folder then error("usage: invar scripts/oxygen.lua FOLDER", 0) end
report.folder(folder .. "/objects")
report.folder(folder .. "/backgrounds")

for kind, names in pairs(things) do
  for name in names:gmatch("%S+") do
    local picture = image.load(("%s/%s/%s.png"):format(icons, kind, name))
    image.save(("%s/objects/%s.png"):format(folder, name), picture)
  end
end

local scenes = data.backgrounds.builtin {seed = 7}
for i = 1, #scenes do
  image.save(("%s/backgrounds/%03d.png"):format(folder, i), scenes:image(i))
end
