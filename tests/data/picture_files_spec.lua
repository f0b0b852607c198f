-- Folders of pictures: what is found, in which order, and what is refused.
local data = require "invar.data"
local files = require "support.files"
local lfs = require "lfs"
local picture = require "support.picture"
local program = require "support.program"
local scarcity = require "support.scarcity"

local pictures = picture.fixtures .. "pictures/"
local folder

local function path(...) return table.concat({folder, ...}, "/") end

--- Writes a file below the folder; folders on the way are made.
local function write(name, text)
  local made = folder
  for part in name:gmatch "([^/]+)/" do
    made = made .. "/" .. part
    lfs.mkdir(made)
  end
  files.write(path(name), text)
end

--- A gray picture of one pixel, so that its value says which it is.
local function pixel(value)
  return "P5 1 1 255\n" .. string.char(value)
end

local function values(source)
  local list = {}
  for i = 1, source:count() do
    local img, class = source:image(i, 1)
    list[i] = {img:totable()[1][1][1], class}
  end
  return list
end

local function fails(open, ...)
  local ok, message = pcall(open, folder)
  assert.is_false(ok)
  for _, part in ipairs {...} do assert.is_truthy(message:find(part, 1, true), message) end
end

--- What a program says that opens the folder without its broken files.
local function skipping(threads)
  local script = program.file [[
    local objects = require("invar").data.objects.folder(arg[1], {broken = "skip"})
    print(objects:count(), table.concat(objects:names(), " "))
    for _, file in ipairs(objects:broken()) do print(file.path, file.message) end]]
  local text, code = program.shell(("OMP_NUM_THREADS=%d invar %s %s"):format(threads, script,
    folder))
  os.remove(script)
  assert.equal(0, code, text)
  return text
end

before_each(function() folder = picture.folder() end)
after_each(function() os.execute("chmod -R u+rwx " .. folder .. "; rm -rf " .. folder) end)

describe("a folder of pictures", function()
  it("has all formats and endings, by the first bytes and the name", function()
    write("a.jpg", files.read(pictures .. "gray.jpg"))
    write("b.JPEG", files.read(pictures .. "rgb.png")) -- a PNG in truth
    write("c.Png", files.read(pictures .. "rgba.png"))
    for i, ending in ipairs {"ppm", "pgm", "pbm", "pnm"} do
      write("d" .. i .. "." .. ending, pixel(i))
    end
    write("notes.txt", "no picture")
    write("picture.gif", "GIF89a")
    write("png", "no ending")
    write(".hidden.png", "no picture")
    assert.equal(7, #data.backgrounds.folder(folder))
    assert.same({"a", "b", "c", "d1", "d2", "d3", "d4"}, data.objects.folder(folder):names())
  end)

  it("has one subfolder per class, walked in the order of ImageFolder", function()
    write("cat/b.pgm", pixel(2))
    write("cat/a.pgm", pixel(1))
    write("cat/deep/er/x.pgm", pixel(5))
    write("cat/deep/z.pgm", pixel(3))
    write("cat/deep-er/y.pgm", pixel(4)) -- "-" comes before "/"
    write("Bird/only.pgm", pixel(6))
    write(".hidden/x.pgm", pixel(9))
    write("cat/.hidden/x.pgm", pixel(9))
    write("README.md", "text beside the classes")
    local objects = data.objects.folder(folder)
    assert.same({"Bird", "cat"}, objects:names())
    assert.same({{6, 1}, {1, 2}, {2, 2}, {3, 2}, {4, 2}, {5, 2}}, values(objects))
    local backgrounds = data.backgrounds.folder(folder)
    assert.equal(2, backgrounds:classes())
  end)

  it("is that of SI-Score as it is downloaded", function()
    write("foregrounds/bagel/00a_0_0.png", files.read(pictures .. "rgba.png"))
    write("foregrounds/bagel/00a_0_1.png", files.read(pictures .. "rgba.png"))
    write("foregrounds/zebra/11b_0_0.png", files.read(pictures .. "palette_alpha.png"))
    write("backgrounds/beach2.jpg", files.read(pictures .. "large.jpg"))
    write("backgrounds/forest1.jpeg", files.read(pictures .. "progressive.jpg"))
    local objects = data.objects.folder(path "foregrounds")
    local backgrounds = data.backgrounds.folder(path "backgrounds")
    assert.same({"bagel", "zebra"}, objects:names())
    assert.equal(3, objects:count())
    assert.equal(2, #backgrounds)
    local set = data.transforms2d {objects = objects, backgrounds = backgrounds, n = 4, size = 16}
    assert.same({4, 16, 16, 3}, set:batch(1, 4):shape())
  end)

  it("follows links, but not in circles", function()
    write("real/a.pgm", pixel(7))
    lfs.mkdir(path "classes")
    assert(lfs.link("../real", path "classes/linked", true))
    assert.same({{7, 1}}, values(data.objects.folder(path "classes")))
    assert(lfs.link("..", path "real/up", true))
    fails(data.objects.folder, "linked/up: leads back to " .. folder)
  end)

  it("is refused where it is not one", function()
    fails(data.objects.folder, "there is no picture in it (.png, .jpg")
    lfs.mkdir(path "x.png")
    fails(data.backgrounds.folder, "x.png: there is no picture in it")
    write("x.png/a.pgm", pixel(1))
    assert.same({"x.png"}, data.objects.folder(folder):names())
    write("y.pgm", pixel(1))
    fails(data.objects.folder, "pictures and subfolders in it (y.pgm is the first")
    folder = folder .. "/none"
    fails(data.objects.folder, "none: No such file or directory")
    folder = folder:match "(.*)/none$"
  end)

  it("names folders and files that cannot be read", function()
    write("class/a.pgm", pixel(1))
    assert(os.execute("chmod 000 " .. path "class"))
    if lfs.dir and pcall(lfs.dir, path "class") then return end -- root reads all
    fails(data.objects.folder, "class: Permission denied")
  end)

  it("does not wait for pipes", function()
    write("a.pgm", pixel(1))
    assert(os.execute("mkfifo " .. path "b.png"))
    fails(data.objects.folder, "b.png: not a regular file")
  end)

  it("names links that lead nowhere", function()
    write("a.pgm", pixel(1))
    assert(lfs.link("nowhere.png", path "b.png", true))
    fails(data.objects.folder, "b.png: No such file")
  end)

  it("fails where memory does", function()
    for i = 1, 3 do write(("c%d/a.pgm"):format(i), pixel(i)) end
    scarcity(function() return data.objects.folder(folder) end)
    write("c2/empty.pgm", "")
    write("c2/short.pgm", "P5 1 1 255\n")
    write("c3/a.pgm", "P5 1 1 255\n") -- all of its class, so that none is reported
    scarcity(function()
      local ok, message = pcall(data.objects.folder, folder, {broken = "skip"})
      assert(not ok)
      if not message:find "class c3 are broken" then error(message, 0) end
    end)
  end)
end)

describe("broken files", function()
  local function fill()
    for i = 1, 30 do write(("c%d/%03d.pgm"):format(i % 3, i), pixel(i)) end
    write("c0/broken.jpg", files.read(pictures .. "gray.jpg"):sub(1, 300))
    write("c1/not.png", "this is text")
    write("c1/empty.pgm", "")
    assert(lfs.link("nowhere", path "c2/link.png", true))
  end

  it("are errors that name them", function()
    fill()
    fails(data.objects.folder, "c1/empty.pgm: the file is empty")
    os.remove(path "c1/empty.pgm")
    fails(data.objects.folder, "c1/not.png: neither PNG nor JPEG")
    os.remove(path "c1/not.png")
    os.remove(path "c2/link.png")
    local objects = data.objects.folder(folder) -- a beginning is all that is looked at
    assert.same({}, objects:broken())
    local ok, message = pcall(data.transforms2d, {objects = objects, n = 4})
    assert.is_false(ok)
    assert.is_truthy(message:find("c0/broken.jpg: JPEG: ", 1, true), message)
  end)

  it("are left out and listed where the caller asks for that", function()
    fill()
    local text = skipping(1)
    assert.equal(text, skipping(2))
    assert.equal("invar: data.objects.folder: 4 of 34 files are broken and left out; the first: "
      .. path "c1/empty.pgm: the file is empty\n30\tc0 c1 c2\n", text:match "^.-c2\n")
    for _, name in ipairs {"c0/broken.jpg", "c1/empty.pgm", "c1/not.png", "c2/link.png"} do
      local start = ("\n%s\t%s: "):format(path(name), path(name))
      assert.is_truthy(text:find(start, 1, true), text)
    end
    assert.equal(6, select(2, text:gsub("\n", "")))
  end)

  it("may not be all that a class has", function()
    write("a/a.pgm", pixel(1))
    write("b/b.pgm", "P5 1 1 255\n")
    local function skip() return data.backgrounds.folder(folder, {broken = "skip"}) end
    fails(skip, "all pictures of class b are broken")
    write("b/b.pgm", "text")
    fails(skip, "b: all 1 pictures in it are broken")
    os.execute("rm -rf " .. path "a" .. " " .. path "b")
    write("b.pgm", "P5 1 1 255\n")
    fails(skip, "all 1 pictures are broken")
  end)

  it("are not asked for with another word", function()
    write("a.pgm", pixel(1))
    fails(function() return data.objects.folder(folder, {broken = "ignore"}) end, "broken")
    fails(function() return data.objects.folder(folder, {brokn = "skip"}) end, "broken")
  end)
end)
