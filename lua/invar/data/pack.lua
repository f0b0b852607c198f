--- The pack of real pictures, made from what Debian ships: objects from its
-- emoji, backgrounds from its photographs. `make assets` makes it.

local base = require "invar.core.base"
local core = require "invar.core.data"
local failure = require "invar.data.failure"
local manifest = require "invar.data.pack_manifest"
local options = require "invar.options"

local pack = {}

-- The folder of the pack: the one given, $INVAR_PACK, or one in the cache.
local function folder_of(given)
  local path = given or os.getenv "INVAR_PACK"
  if not path or path == "" then path = base.cache_folder() .. "/pack" end
  return #path > 1 and path:gsub("/+$", "") or path
end

local REMEDY = "make assets, or data.build_pack()"

-- The source of `kind` and its rows of the manifest; refuses what is no pack,
-- and one whose folder holds more or fewer pictures.
local function open(kind, folder)
  local ok, rows = pcall(manifest.read, folder)
  if not ok then
    error(("there is no pack of pictures in %s (%s); make one: %s"):format(folder, rows, REMEDY), 0)
  end
  local own = {}
  for _, row in ipairs(rows) do
    if row.file:sub(1, #kind + 1) == kind .. "/" then own[#own + 1] = row end
  end
  local found, source = pcall(core[kind].folder, folder .. "/" .. kind)
  if not found or source:count() ~= #own then
    local reason = found and ("%d %s in its folder, %d in its manifest"):format(source:count(),
      kind, #own) or source:gsub("^data%.[%w_.]+: ", "")
    error(("the pack in %s is damaged (%s); make it anew: %s"):format(folder, reason, REMEDY), 0)
  end
  return source, own
end

-- The same objects with at most so many prototypes of each class.
local function limited(folder, rows, prototypes)
  local paths, classes, names, count = {}, {}, {}, {}
  table.sort(rows, function(a, b) return a.file < b.file end)
  for _, row in ipairs(rows) do
    if not count[row.class] then names[#names + 1] = row.class end
    count[row.class] = (count[row.class] or 0) + 1
    if count[row.class] <= prototypes then
      paths[#paths + 1], classes[#classes + 1] = folder .. "/" .. row.file, #names
    end
  end
  return core.objects.images(paths, {classes = classes, names = names})
end

--- data.objects.pack{path=, prototypes=}: the objects of the pack.
function core.objects.pack(given)
  local name = "data.objects.pack"
  local settings = options.check(name, given, {prototypes = "all"},
    {path = {type = "string"}, prototypes = {type = "integer", min = 1}})
  return failure.named(name, function()
    local folder = folder_of(settings.path)
    local source, rows = open("objects", folder)
    return settings.prototypes == "all" and source or limited(folder, rows, settings.prototypes)
  end)
end

--- data.backgrounds.pack{path=}: the backgrounds of the pack.
function core.backgrounds.pack(given)
  local name = "data.backgrounds.pack"
  local settings = options.check(name, given, {}, {path = {type = "string"}})
  return failure.named(name, function()
    return (open("backgrounds", folder_of(settings.path)))
  end)
end

local function given_folder(name, path)
  if path ~= nil then
    options.argument(name, 1, path, "string")
    if path == "" or path:find "\0" then
      failure.raise(name, "argument 1: the name of a folder expected")
    end
  end
  return folder_of(path)
end

--- data.build_pack([folder]): makes the pack; returns its folder.
function pack.build(path)
  local name = "data.build_pack"
  local folder = given_folder(name, path)
  local recipe = require "invar.data.pack_recipe"
  failure.named(name, require("invar.data.pack_build").build, folder, recipe)
  return folder
end

--- data.check_pack([folder]): compares each picture with the manifest; returns
-- their number.
function pack.check(path)
  local name = "data.check_pack"
  return failure.named(name, require("invar.data.pack_build").check, given_folder(name, path))
end

return pack
