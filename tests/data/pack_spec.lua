-- The pack of real pictures, from packages made here: nothing is fetched.
local build = require "invar.data.pack_build"
local data = require "invar.data"
local files = require "support.files"
local font = require "support.font"
local image = require "invar.image"
local pictures = require "invar.data.pack_pictures"
local program = require "support.program"
local recipe = require "invar.data.pack_recipe"
local rng = require "invar.rng"
local tensor = require "invar.tensor"

local folder

local function path(...) return table.concat({folder, ...}, "/") end

local function write(name, text) files.write(path(name), text) end

--- The output of a command that runs in the folder.
local function shell(command)
  return (program.shell("cd " .. program.quote(folder) .. "; " .. command))
end

local function noise(seed, height, width, channels)
  return tensor.randint(rng.new(seed), 0, 255, height, width, channels):to "uint8"
end

-- A glyph: an opaque rectangle on a transparent canvas.
local function glyph(top, left, height, width)
  local canvas = tensor.zeros(40, 42, 4):to "uint8"
  canvas[{{top, top + height - 1}, {left, left + width - 1}, {}}] = 200
  return canvas
end

local tiny = {
  font = {package = "font", file = "font.ttf"},
  objects = {{"wide", 0x1f600, 0x1f601}, {"tall", 0x1f602}},
  photographs = {{package = "photos", name = "colour", file = "colour.png"},
    {package = "photos", name = "gray", file = "gray.jpg"}},
}

local function find(name) return path("packages", name), "1.0-" .. #name end

local glyphs = {glyph(3, 5, 8, 20), glyph(20, 1, 10, 25), glyph(2, 9, 38, 6)}

setup(function()
  folder = os.tmpname()
  os.remove(folder)
  assert(os.execute("mkdir -p " .. folder .. "/packages/font/usr/share/doc/font "
    .. folder .. "/packages/photos"))
  local pngs = {}
  for i, picture in ipairs(glyphs) do
    image.save(path("glyph.png"), picture)
    pngs[i] = files.read(path("glyph.png"))
  end
  os.remove(path("glyph.png"))
  write("packages/font/font.ttf", font.simple(0x1f600, pngs))
  write("packages/font/usr/share/doc/font/copyright", "anyone's\n")
  local coarse = image.resize(noise(1, 9, 14, 3), {height = 600, width = 900, filter = "nearest"})
  image.save(path("packages/photos/colour.png"), coarse)
  coarse = image.resize(noise(2, 8, 8, 1), {height = 300, width = 300, filter = "nearest"})
  image.save(path("packages/photos/gray.jpg"), coarse)
  build.build(path("pack"), tiny, find)
end)

teardown(function() os.execute("rm -rf " .. folder) end)

-- The error of f(...), whole.
local function problem(f, ...)
  local ok, message = pcall(f, ...)
  assert.is_false(ok)
  return message
end

describe("an object of the pack", function()
  it("is the glyph's bounding box in the middle of a square", function()
    local square = pictures.object(glyphs[1])
    assert.same({20, 20, 4}, square:shape())
    assert(square[{{7, 14}, {}, {}}]:eq(200):all():item())
    assert(square[{{1, 6}, {}, {}}]:eq(0):all():item())
    assert(square[{{15, 20}, {}, {}}]:eq(0):all():item())
    assert.same({38, 38, 4}, pictures.object(glyphs[3]):shape())
    assert.matches("empty", problem(pictures.object, tensor.zeros(4, 4, 4):to "uint8"))
    assert.matches("no alpha", problem(pictures.object, noise(1, 4, 4, 3)))
  end)
end)

describe("the crops of a photograph", function()
  it("lie inside, cover at most a quarter of each other, and are large", function()
    for _, size in ipairs {{1600, 2560}, {2448, 4352}, {3837, 2560}, {300, 300}, {256, 5000}} do
      local squares = pictures.squares(size[1], size[2])
      assert(#squares > 0)
      for i, a in ipairs(squares) do
        assert(a.side >= 256 and a.x >= 0 and a.y >= 0)
        assert(a.x + a.side <= size[2] and a.y + a.side <= size[1])
        for j = 1, i - 1 do
          local b = squares[j]
          local width = math.min(a.x + a.side, b.x + b.side) - math.max(a.x, b.x)
          local height = math.min(a.y + a.side, b.y + b.side) - math.max(a.y, b.y)
          local shared = math.max(0, width) * math.max(0, height)
          assert(4 * shared <= math.max(a.side, b.side) ^ 2)
        end
      end
    end
    assert.same({}, pictures.squares(255, 9000))
  end)

  it("differ from all before by 16 levels at 8 x 8 pixels", function()
    local differs = pictures.novelty()
    local function plain(level) return tensor.full({128, 128, 3}, level):to "uint8" end
    assert.is_true(differs(plain(100)))
    assert.is_false(differs(plain(115)))
    assert.is_true(differs(plain(116)))
    assert.is_false(differs(plain(108)))
    for level = 0, 64, 16 do assert.is_true(differs(plain(level))) end
    -- fine texture is no difference, the same in two halves is one
    local stripes = plain(100)
    for column = 1, 128, 2 do stripes[{{}, column, {}}] = 110 end
    assert.is_false(differs(stripes))
    local half = plain(100)
    half[{{}, {1, 64}, {}}] = 140
    assert.is_true(differs(half))
  end)
end)

describe("a pack", function()
  it("holds objects, backgrounds, a manifest and the copyrights", function()
    local objects = data.objects.pack {path = path "pack"}
    assert.same({"tall", "wide"}, objects:names())
    assert.equal(3, objects:count())
    assert.equal(2, data.objects.pack({path = path "pack", prototypes = 1}):count())
    assert.same({"tall", "wide"}, data.objects.pack({path = path "pack", prototypes = 1}):names())
    local first = image.load(path "pack/objects/wide/1.png")
    assert(first:equal(pictures.object(glyphs[1])))
    local backgrounds = data.backgrounds.pack {path = path("pack") .. "//"}
    assert.equal(8, backgrounds:count()) -- one, 3 x 2 of half its side; and one gray
    assert.equal("anyone's\n", files.read(path "pack/copyright/font"))
    local lines = {}
    for line in io.lines(path "pack/manifest.csv") do lines[#lines + 1] = line end
    assert.equal(12, #lines)
    assert.equal("objects/wide/2.png,wide,font,1.0-4,font.ttf,U+1F601,,,,"
      .. image.hash(pictures.object(glyphs[2])), lines[3])
    assert.matches("^backgrounds/colour%-01.png,,photos,1.0%-6,colour.png,,150,0,600,%x+$",
      lines[5])
    assert.equal(11, data.check_pack(path "pack"))
  end)

  it("has backgrounds that are the crops the manifest says", function()
    local photograph = image.load(path "packages/photos/colour.png")
    local crop = image.resize(image.crop(photograph, 1, 151, 600, 600), {height = 128, width = 128})
    assert(crop:equal(image.load(path "pack/backgrounds/colour-01.png")))
  end)

  it("comes out bit for bit again", function()
    build.build(path "again", tiny, find)
    assert.equal("", shell "diff -r pack again")
    build.build(path "again", tiny, find) -- in its own place
    assert.equal("", shell "diff -r pack again; ls -d *.part 2>/dev/null")
    shell "rm -rf again"
  end)

  it("takes the place of a damaged one", function()
    shell "cp -r pack again; rm again/manifest.csv; touch again/other"
    build.build(path "again", tiny, find)
    assert.equal("", shell "diff -r pack again; ls -d *.part 2>/dev/null; rm -rf again")
  end)

  it("is not there when making it fails or is killed", function()
    for _, change in ipairs {
      {photographs = {{package = "photos", name = "none", file = "none.png"}}},
      {photographs = {{package = "font", name = "font", file = "font.ttf"}}},
      {objects = {{"other", 0x1f610}}}} do
      local broken = setmetatable(change, {__index = tiny})
      assert.matches("/packages/", problem(build.build, path "new", broken, find))
      assert.equal("", shell "ls -d new* 2>/dev/null")
    end
    write("slow.lua", ([[
      local build = require "invar.data.pack_build"
      local function find(name) return %q .. name, "1" end
      local photographs = {}
      for i = 1, 10000 do
        photographs[i] = {package = "photos", name = "colour", file = "colour.png"}
      end
      build.build(%q, {font = {package = "font", file = "font.ttf"}, objects = {{"wide", 0x1f600}},
        photographs = photographs}, find)]]):format(path "packages/", path "new"))
    shell("INVAR_PROGRESS=0 timeout -s KILL 0.5 " .. program.quote(program.path) .. " slow.lua")
    assert.matches("^new%.%w+%.part\n$", shell "ls -d new*")
    -- what was left goes away when it is a day old
    shell "touch -d '2 days ago' new.*.part"
    build.build(path "new", tiny, find)
    assert.equal("new\n", shell "ls -d new*; rm -rf new")
  end)

  it("says what is missing or damaged", function()
    local message = problem(data.objects.pack, {path = path "none"})
    assert.matches("data.objects.pack: there is no pack of pictures in", message, 1, true)
    assert.matches("none/manifest.csv: No such file", message, 1, true)
    assert.matches("make assets, or data.build_pack()", message, 1, true)
    shell "cp -r pack bad; rm bad/backgrounds/colour-02.png"
    message = problem(data.backgrounds.pack, {path = path "bad"})
    assert.matches("data.backgrounds.pack: the pack in", message, 1, true)
    assert.matches("7 backgrounds in its folder, 8 in its manifest", message, 1, true)
    assert.matches("data.check_pack: .*colour%-02.png", problem(data.check_pack, path "bad"))
    assert.equal(3, data.objects.pack({path = path "bad"}):count())
    shell "mv bad/backgrounds bad/other"
    message = problem(data.backgrounds.pack, {path = path "bad"})
    assert.matches("is damaged (/", message, 1, true)
    assert.matches("bad/backgrounds: No such file", message, 1, true)
    shell "mv bad/other bad/backgrounds"
    shell "cp pack/backgrounds/gray-01.png bad/backgrounds/colour-02.png"
    assert.matches("colour%-02.png: not the picture that the manifest names",
      problem(data.check_pack, path "bad"))
    shell "sed -i '3s/U+/,/' bad/manifest.csv"
    assert.matches("manifest.csv: line 3 is damaged",
      problem(data.objects.pack, {path = path "bad"}))
    shell "sed -i '3s/.*/..\\/..\\/etc.png,,,,,,,,,x/' bad/manifest.csv"
    assert.matches("line 3 is damaged", problem(data.check_pack, path "bad"))
    shell "echo >bad/manifest.csv"
    assert.matches("no manifest of a pack", problem(data.check_pack, path "bad"))
    shell "rm -rf bad"
  end)

  it("is found by INVAR_PACK, else in the cache, and not fetched where forbidden", function()
    write("open.lua", 'print(#require "invar".data.objects.pack())')
    write("build.lua", 'print(require "invar".data.build_pack())')
    local run = "INVAR_OFFLINE=1 INVAR_CACHE=$PWD/cache %s " .. program.quote(program.path)
    assert.equal("2\n", shell(run:format "INVAR_PACK=pack" .. " open.lua"))
    assert.matches("cache/pack", shell(run:format "INVAR_PACK=" .. " open.lua"), 1, true)
    assert.equal("2\n", shell("mkdir cache; cp -r pack cache/; " .. run:format "" .. " open.lua"))
    local output = shell(run:format "" .. " build.lua")
    assert.matches("data.build_pack: the package .* INVAR_OFFLINE=1 forbids", output)
    assert.equal("", shell "diff -r pack cache/pack")
  end)
end)

describe("packages", function()
  it("are fetched by apt-get, unpacked, and kept", function()
    shell [[mkdir -p bin tree/DEBIAN tree/usr
      printf '%s\n' 'Package: font' 'Version: 1:2.0-3' 'Architecture: all' 'Maintainer: me' \
        'Description: x' >tree/DEBIAN/control
      cp packages/font/font.ttf tree/usr/
      dpkg-deb -b tree font_1%3a2.0-3_all.deb
      printf '#!/bin/sh\necho called >>%s/calls\n[ $2 = font ] || { echo E: none; exit 100; }
        cp %s/*.deb .\n' "$PWD" "$PWD" >bin/apt-get
      chmod +x bin/apt-get]]
    write("find.lua", 'print(require "invar.data.pack_packages".find(arg[1]))')
    local run = "PATH=$PWD/bin:$PATH INVAR_CACHE=$PWD/kept " .. program.quote(program.path)
      .. " find.lua "
    for _ = 1, 2 do
      assert.matches("kept/packages/font_1%%3a2.0%-3%s+1:2.0%-3\n$", shell(run .. "font"))
    end
    assert.equal("called\n",
      shell "cat calls; cmp packages/font/font.ttf kept/packages/*/usr/font.ttf")
    assert.matches("data.build_pack: the package other could not be fetched from Debian: E: none",
      shell(run .. "other"), 1, true)
    assert.equal("font_1%3a2.0-3\n", shell "ls kept/packages")
  end)
end)

describe("the recipe", function()
  it("has 61 classes or more, each glyph once, each name once", function()
    local seen = {}
    for _, class in ipairs(recipe.objects) do
      for _, key in ipairs(class) do
        assert(not seen[key], tostring(key))
        seen[key] = true
      end
      assert.matches("^[%l_]+$", class[1])
    end
    assert(#recipe.objects >= 61)
    for _, photograph in ipairs(recipe.photographs) do
      assert(not seen[photograph.name], photograph.name)
      seen[photograph.name] = true
    end
  end)
end)
