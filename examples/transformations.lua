-- The 18 transformations, one row for each kind, on pictures of the pack
-- (make assets) or, where there is none, on the built-in ones. The first of
-- each row is as it was.
--   invar examples/transformations.lua [FILE]

local invar = require "invar"
local data, image, report, transforms = invar.data, invar.image, invar.report, invar.transforms

local file = arg[1] or "out/transformations.png"
local has_pack, objects = pcall(data.objects.pack)
local backgrounds = has_pack and data.backgrounds.pack() or data.backgrounds.builtin()
if not has_pack then objects = data.objects.builtin() end

local rows = {
  {kind = "geometric", object = "guitar", background = 436}, -- a hillside
  {kind = "photometric", object = "parrot", background = 215}, -- dandelions
  {kind = "corruption", object = "car", background = 580}, -- mountains
}

--- Samples of one object on one background.
local function samples(row, names)
  return data.transforms2d {objects = objects, classes = {row.object},
    backgrounds = data.backgrounds.images {(backgrounds:image(row.background))},
    transforms = names, size = 64, n = 20, seed = 1}
end

local images, labels = {}, {}
local function add(picture, label)
  images[#images + 1], labels[#labels + 1] = picture, label
end

for _, row in ipairs(rows) do
  local plain = samples(row, {}):sample(1)
  add(plain, row.object)
  for _, name in ipairs(transforms.names(row.kind)) do
    local set, i = samples(row, {name}), 1
    while set:sample(i):equal(plain) do i = i + 1 end -- not all change every sample
    add((set:sample(i)), name)
  end
end

if file:find "/" then report.folder(file:match "^(.*)/") end
image.save(file, image.contact_sheet(images, {columns = #images // #rows, scale = 2,
  labels = labels}))
print(file)
