-- Where pictures come from: built-in, noise, tensors, files and folders.
local data = require "invar.data"
local files = require "support.files"
local image = require "invar.image"
local tensor = require "invar.tensor"

local folder

local function path(...) return table.concat({folder, ...}, "/") end

local function write(name, text) files.write(path(name), text) end

--- A height x width picture of one colour.
local function plain(height, width, color)
  local rows = {}
  for y = 1, height do
    rows[y] = {}
    for x = 1, width do rows[y][x] = color end
  end
  return tensor(rows):to("uint8")
end

local function pixel(source, i, size)
  local picture, class = source:image(i, size)
  return picture:totable()[size // 2][size // 2], class
end

before_each(function()
  folder = os.tmpname()
  os.remove(folder)
  assert(os.execute("mkdir " .. folder))
end)

after_each(function() os.execute("rm -rf " .. folder) end)

describe("built-in pictures", function()
  it("are 61 named objects and 867 backgrounds, functions of their seed", function()
    local objects, backgrounds = data.objects.builtin(), data.backgrounds.builtin()
    assert.equal(61, #objects)
    assert.equal(61, #objects:names())
    assert.equal(867, #backgrounds)
    local function sum(source, i) return source:image(i, 32):to("float32"):sum():item() end
    assert.equal(sum(objects, 5), sum(data.objects.builtin {seed = 1}, 5))
    assert.not_equal(sum(objects, 5), sum(data.objects.builtin {seed = 2}, 5))
    assert.not_equal(sum(backgrounds, 5), sum(data.backgrounds.builtin {seed = 2}, 5))
    assert.same({32, 32, 4}, (objects:image(1, 32)):shape())
    assert.same({128, 128, 3}, (backgrounds:image(1)):shape())
  end)

  it("have prototypes that begin with the picture there is without them", function()
    local one, three = data.objects.builtin(), data.objects.builtin {prototypes = 3}
    assert.equal(61, #three)
    assert.equal(183, three:count())
    local function sum(source, i) return source:image(i, 32):to("float32"):sum():item() end
    assert.equal(sum(one, 2), sum(three, 4))
    assert.not_equal(sum(one, 2), sum(three, 5))
    local _, class = three:image(5, 32)
    assert.equal(2, class)
  end)
end)

describe("pictures of one's own", function()
  it("may be gray, RGB or RGBA tensors; what has no alpha is opaque", function()
    local objects = data.objects.images {
      plain(5, 9, {255, 0, 255, 40}), plain(9, 5, {1, 2, 3}), plain(4, 4, {7}),
      plain(3, 3, {9})[{{}, {}, 1}]}
    assert.same({255, 0, 255, 40}, (pixel(objects, 1, 8)))
    assert.same({1, 2, 3, 255}, (pixel(objects, 2, 8)))
    assert.same({7, 7, 7, 255}, (pixel(objects, 3, 8)))
    assert.same({9, 9, 9, 255}, (pixel(objects, 4, 8)))
    assert.same({"1", "2", "3", "4"}, objects:names())
  end)

  it("are read from files where paths are given", function()
    image.save(path("a.png"), plain(6, 6, {0, 255, 0, 100}))
    local objects = data.objects.images({path("a.png"), plain(2, 2, {5, 5, 5})},
      {names = {"file", "tensor"}})
    assert.same({0, 255, 0, 100}, (pixel(objects, 1, 16)))
    assert.same({"file", "tensor"}, objects:names())
  end)

  it("are copied from tensors of any layout", function()
    local picture = plain(4, 6, {1, 2, 3})
    local turned = picture:transpose(1, 2)
    local backgrounds = data.backgrounds.images {turned}
    picture[{}] = 0
    assert.same({1, 2, 3}, (pixel(backgrounds, 1, 4)))
  end)

  it("crop backgrounds to the largest square from the top left", function()
    local rows = plain(10, 30, {0, 0, 0})
    rows[{{}, {1, 10}, {}}] = 200
    local backgrounds = data.backgrounds.images {rows}
    assert.equal(200, backgrounds:image(1, 32):min():item())
  end)
end)

describe("folders", function()
  it("of files: one object each, by name", function()
    image.save(path("b.png"), plain(6, 6, {2, 2, 2}))
    image.save(path("a.PNG"), plain(20, 3, {255, 0, 0, 9}))
    write("notes.txt", "no picture")
    write(".hidden.png", "no picture")
    local objects = data.objects.folder(folder)
    assert.same({"a", "b"}, objects:names())
    assert.same({255, 0, 0, 9}, (pixel(objects, 1, 8)))
    local backgrounds = data.backgrounds.folder(folder)
    assert.equal(2, #backgrounds)
    assert.equal(0, backgrounds:classes())
    assert.same({2, 2, 2}, (pixel(backgrounds, 2, 8)))
  end)

  it("of subfolders: a class each with its prototypes", function()
    for _, class in ipairs {"dog", "cat"} do
      assert(os.execute("mkdir " .. path(class)))
      for k = 1, 2 do
        image.save(path(class, k .. ".png"), plain(5, 5, {#class, k, class == "dog" and 1 or 0}))
      end
    end
    local objects = data.objects.folder(folder)
    assert.same({"cat", "dog"}, objects:names())
    assert.equal(4, objects:count())
    local value, class = pixel(objects, 4, 8)
    assert.same({3, 2, 1, 255}, value)
    assert.equal(2, class)
    local ds = data.transforms2d {objects = objects, backgrounds = data.backgrounds.folder(folder),
      prototypes = "all", n = 20, class_from = "background"}
    assert.same({"cat", "dog"}, ds:class_names())
  end)

  it("name the file that is broken", function()
    image.save(path("a.png"), plain(6, 6, {2, 2, 2}))
    write("b.png", "this is no PNG file")
    local ok, message = pcall(data.objects.folder, folder)
    assert.is_false(ok)
    assert.matches("b.png: neither PNG nor JPEG", message, 1, true)
    local bytes = io.open(path("a.png"), "rb"):read("a")
    write("b.png", bytes:sub(1, #bytes // 2))
    local objects = data.objects.folder(folder)
    ok, message = pcall(data.transforms2d, {objects = objects, n = 1})
    assert.is_false(ok)
    assert.matches("b.png", message, 1, true)
  end)

  it("that are missing, empty or mixed are refused", function()
    local function refused(wanted, where)
      local ok, message = pcall(data.objects.folder, where)
      assert.is_false(ok)
      assert.matches(wanted, message)
    end
    refused("No such file", path("nothing"))
    refused("there is no picture", folder)
    assert(os.execute("mkdir " .. path("class")))
    refused("class: there is no picture", folder)
    image.save(path("class", "a.png"), plain(6, 6, {2, 2, 2}))
    image.save(path("b.png"), plain(6, 6, {2, 2, 2}))
    refused("pictures and subfolders", folder)
  end)
end)

describe("pictures of a dataset", function()
  it("are backgrounds with its classes and their names", function()
    local set = data.tensors {x = tensor.zeros(3, 8, 8, 3):to("uint8"),
      y = tensor({2, 1, 2}):to("int32"), class_names = {"x", "y"}}
    local backgrounds = data.backgrounds.dataset(set)
    assert.equal(2, backgrounds:classes())
    assert.same({"x", "y"}, backgrounds:names())
    local _, class = backgrounds:image(3, 8)
    assert.equal(2, class)
  end)

  it("may be Transforms-2D samples themselves", function()
    local inner = data.transforms2d {n = 30, transforms = {"rotate"}, size = 16}
    local ds = data.transforms2d {n = 30, backgrounds = data.backgrounds.dataset(inner),
      class_from = "background", fg_availability = 0, size = 16}
    for i = 1, 30 do
      local picture, label = ds:sample(i)
      local wanted, wanted_label = inner:sample(ds:details(i).background)
      assert.equal(1, picture:eq(wanted):to("int32"):min():item())
      assert.equal(wanted_label, label)
    end
  end)
end)
