--- Making the pack of real pictures, and proving one right.

local base = require "invar.core.base"
local image = require "invar.image"
local manifest = require "invar.data.pack_manifest"
local packages = require "invar.data.pack_packages"
local pictures = require "invar.data.pack_pictures"
local progress = require("invar.core.progress").progress

local build = {}

-- What the work needs beside its recipe; `find` gives folder and version of a
-- package, `line` is the progress line, `done` counts pictures.
local function new_work(folder, recipe, find)
  local work = {folder = folder, recipe = recipe, rows = {}, done = 0, packages = {}}
  work.line = progress {name = "assets", total = #recipe.objects + #recipe.photographs}
  function work.package(name)
    if not work.packages[name] then
      local path, version = find(name)
      work.packages[name] = {path = path, version = version}
    end
    return work.packages[name]
  end
  return work
end

-- Calls f(file) for a file of a package; what fails names the file.
local function with_source(work, source, f)
  local file = work.package(source.package).path .. "/" .. source.file
  local ok, problem = pcall(f, file)
  if ok then return end
  if type(problem) == "string" and not problem:find(file, 1, true)
    and not problem:find("interrupted!", 1, true) then
    problem = ("data.build_pack: %s: %s"):format(file, problem)
  end
  error(problem, 0)
end

-- Saves a picture and notes where it came from.
local function keep(work, source, row, picture)
  image.save(work.folder .. "/" .. row.file, picture)
  row.package, row.source = source.package, source.file
  row.version = work.package(source.package).version
  row.hash = image.hash(picture)
  work.rows[#work.rows + 1] = row
end

local function step(work, text)
  work.done = work.done + 1
  work.line:update(work.done, text)
end

local function add_objects(work)
  local font = work.recipe.font
  for _, class in ipairs(work.recipe.objects) do
    base.folder(work.folder .. "/objects/" .. class[1])
    for k = 2, #class do
      with_source(work, font, function(file)
        keep(work, font, {file = ("objects/%s/%d.png"):format(class[1], k - 1), class = class[1],
          codepoint = ("U+%04X"):format(class[k])}, pictures.object(image.glyph(file, class[k])))
      end)
    end
    step(work, class[1])
  end
end

local function add_backgrounds(work)
  local differs = pictures.novelty()
  base.folder(work.folder .. "/backgrounds")
  for _, photograph in ipairs(work.recipe.photographs) do
    local count = 0
    with_source(work, photograph, function(file)
      pictures.crops(image.load(file), differs, function(picture, square)
        count = count + 1
        keep(work, photograph, {file = ("backgrounds/%s-%02d.png"):format(photograph.name, count),
          x = square.x, y = square.y, side = square.side}, picture)
      end)
    end)
    step(work, photograph.name)
  end
end

-- Debian's copyright files say who made what, under which licence.
local function add_copyrights(work)
  local names = {}
  for name in pairs(work.packages) do names[#names + 1] = name end
  table.sort(names)
  base.folder(work.folder .. "/copyright")
  for _, name in ipairs(names) do
    local file = io.open(("%s/usr/share/doc/%s/copyright"):format(work.packages[name].path, name))
    if file then
      base.write(work.folder .. "/copyright/" .. name, file:read "a")
      file:close()
    end
  end
end

-- Puts the finished folder `made` in the place of `folder`. Where another process
-- has put the same pack there meanwhile, that one stays.
local function install(made, folder, aside)
  if os.rename(made, folder) then return end
  if manifest.same(made, folder) then return end
  os.rename(folder, aside)
  local moved, problem = os.rename(made, folder)
  if not moved and not manifest.same(made, folder) then
    os.rename(aside, folder)
    error("data.build_pack: " .. problem, 0)
  end
end

--- Makes the pack of `recipe` (as invar.data.pack_recipe) in `folder`; it
-- appears whole or not at all. `find(name)` gives the folder of an unpacked
-- package and its version.
function build.build(folder, recipe, find)
  find = find or packages.find
  find(recipe.font.package) -- before anything is made
  for _, photograph in ipairs(recipe.photographs) do find(photograph.package) end
  local temporary = packages.temporary(folder)
  local ok, problem = pcall(function()
    local work = new_work(temporary .. "/pack", recipe, find)
    local _ <close> = work.line
    base.folder(work.folder)
    add_objects(work)
    add_backgrounds(work)
    add_copyrights(work)
    manifest.write(work.folder, work.rows)
    install(work.folder, folder, temporary .. "/old")
  end)
  packages.remove(temporary)
  if not ok then error(problem, 0) end
end

--- Compares every picture of the pack with its manifest; returns their number.
-- What differs raises an error that names it.
function build.check(folder)
  local rows = manifest.read(folder)
  local line <close> = progress {name = "check", total = #rows, unit = "pictures"}
  for i, row in ipairs(rows) do
    local path = folder .. "/" .. row.file
    if image.hash(image.load(path)) ~= row.hash then
      error(path .. ": not the picture that the manifest names", 0)
    end
    line:update(i)
  end
  return #rows
end

return build
