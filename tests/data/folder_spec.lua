-- data.folder: pictures in folders of classes, as torchvision's ImageFolder has them.
local data = require "invar.data"
local files = require "support.files"
local image = require "invar.image"
local invar = require "invar"
local pictures = require "support.pictures"
local tensor = require "invar.tensor"
local testing = require "invar.core.testing"

local path = pictures.path
local fixtures = package.searchpath("support.pictures", package.path)
  :match "^(.*)/support/" .. "/fixtures/data/"

before_each(pictures.set_up)
after_each(pictures.tear_down)

local function write(name, text)
  local file = assert(io.open(name, "wb"))
  file:write(text)
  file:close()
end

local function same(a, b) return a:eq(b):to("int32"):min():item() == 1 end

local function pixels(ds)
  return (ds:batch(1, #ds, {dtype = "uint8"}))
end

local function refused(wanted, given)
  local ok, message = pcall(data.folder, given)
  assert.is_false(ok)
  assert.matches("data.folder: ", message, 1, true)
  assert.matches(wanted, message, 1, true)
end

describe("data.folder", function()
  it("is torchvision's ImageFolder, to the bit", function()
    local labels = tensor.load(fixtures .. "folder_labels.npy")
    for _, rule in ipairs {"crop", "squash", "pad"} do
      local ds = data.folder {path = fixtures .. "folder", size = 16, resize = rule,
        exact = true}
      assert.same({"Zebra", "ant", "bee 2"}, ds:class_names())
      assert.same((labels + 1):totable(), ds:labels():totable())
      assert.is_true(same(tensor.load(fixtures .. "folder_" .. rule .. ".npy"), pixels(ds)), rule)
    end
  end)

  it("differs little where JPEGs are decoded at a part of their size", function()
    local small = image.load(fixtures .. "folder/Zebra/wide.jpg")
    assert(os.execute(("mkdir -p '%s'"):format(path "c")))
    image.save(path("c", "1.jpg"), image.resize(small, {height = 400, width = 800}), {quality = 95})
    local exact = pixels(data.folder {path = pictures.folder, exact = true}):to("float32")
    local fast = pixels(data.folder {path = pictures.folder}):to("float32")
    assert.is_true((exact - fast):abs():max():item() <= 6)
    assert.is_true((exact - fast):abs():mean():item() <= 1.5)
  end)

  it("takes the middle of pictures that are very long", function()
    assert(os.execute(("mkdir -p '%s'"):format(path "c")))
    local long = tensor.zeros(2, 4000, 3)
    long[{{}, {1950, 2050}, {}}] = 200
    image.save(path("c", "long.png"), long:to("uint8"))
    image.save(path("c", "tall.png"), long:transpose(1, 2):contiguous():to("uint8"))
    local x = pixels(data.folder {path = pictures.folder, size = 64})
    assert.equal(200, x:min():item())
  end)

  it("is a dataset as all others: batches, labels, subsets, description", function()
    pictures.fill({"x", "y"}, 5, 8)
    local ds = data.folder {path = pictures.folder, size = 8, normalize = false}
    local x, y = ds:batch(1, 10)
    assert.is_true(same((x * 255):add(0.5):to("uint8"), pixels(ds)))
    assert.same({1, 1, 1, 1, 1, 2, 2, 2, 2, 2}, y:totable())
    assert.is_true(same(pictures.noise(2003, 8), ds:sample(8)))
    assert.same({5, 5}, ds:class_counts())
    assert.equal(4, #ds:per_class(2))
    local seen = 0
    for _, labels in ds:batches {size = 3} do seen = seen + #labels end
    assert.equal(10, seen)
    local described = ds:describe()
    assert.equal("folder", described.kind)
    assert.same({"x", "y"}, described.class_names)
    assert.same({}, ds:broken())
  end)

  it("is mapped, not read into memory", function()
    pictures.fill({"x"}, 30)
    collectgarbage()
    data.folder {path = pictures.folder, size = 256}
    collectgarbage()
    local before = invar.memory()
    local ds = data.folder {path = pictures.folder, size = 256}
    assert.is_true(invar.memory() - before < 100000) -- of 6 million
    assert.equal(30, #ds)
  end)
end)

describe("splits of a folder", function()
  it("may be folders of their own, with the classes of the training pictures", function()
    pictures.fill({"train/a", "train/b", "train/c"}, 2, 8)
    pictures.fill({"val/c"}, 3, 8)
    pictures.fill({"test/b", "test/c"}, 1, 8)
    files.write(path "README.txt", "files beside the folders do not matter")
    local ds = data.folder {path = pictures.folder, size = 8}
    assert.equal(6, #ds)
    assert.same({3, 3, 3}, ds:split("validation"):labels():totable())
    assert.same({2, 3}, ds:split("test"):labels():totable())
    assert.same({"a", "b", "c"}, ds:split("test"):class_names())
    assert.equal(1, #data.folder {path = pictures.folder, split = "test"}:only_classes {"b"})
    refused("option test: there is a folder of its own for it, " .. path "test",
      {path = pictures.folder, test = 0.1})
    pictures.fill({"test/d"}, 1, 8)
    refused("there is a class d that the training pictures do not have",
      {path = pictures.folder, split = "test"})
  end)

  it("are not meant where a class is called train", function()
    pictures.fill({"train", "test"}, 2, 8)
    assert.same({"test", "train"}, data.folder {path = pictures.folder}:class_names())
    pictures.fill({"train/x"}, 1, 8)
    pictures.fill({"bus"}, 1, 8)
    assert.same({"bus", "test", "train"}, data.folder {path = pictures.folder}:class_names())
  end)

  it("are held out by seed, the same share of every class", function()
    pictures.fill({"a", "b"}, 20, 8)
    local function split(given)
      given.path, given.size = pictures.folder, 8
      return data.folder(given)
    end
    assert.equal(40, #split {})
    refused('there is no split "test" (there are: train)',
      {path = pictures.folder, split = "test"})
    local train = split {validation = 0.1, test = 10}
    assert.same({13, 13}, train:class_counts())
    assert.same({2, 2}, train:split("validation"):class_counts())
    assert.same({5, 5}, train:split("test"):class_counts())
    local all = {}
    for _, which in ipairs {"train", "validation", "test"} do
      local part = train:split(which)
      for i = 1, #part do
        all[#all + 1] = table.concat(part:sample(i):reshape(-1):totable(), " ")
      end
    end
    table.sort(all)
    for i = 2, #all do assert.is_true(all[i] ~= all[i - 1]) end
    assert.equal(40, #all)
    -- Test samples stay what they are, however many validate.
    assert.is_true(same(pixels(train:split "test"), pixels(split {test = 10, split = "test"})))
    assert.is_false(same(pixels(train:split "test"),
      pixels(split {test = 10, split = "test", seed = 2})))
    refused("option test: 40 samples are wanted, there are 40",
      {path = pictures.folder, test = 40})
    refused("25 validation and 25 test samples are wanted, there are 40",
      {path = pictures.folder, test = 25, validation = 25})
    refused("option validation: samples or a fraction expected, got 1.5",
      {path = pictures.folder, validation = 1.5})
  end)
end)

describe("broken files in a folder", function()
  before_each(function()
    pictures.fill({"a", "b"}, 15)
    local half = io.open(path("a", "3.png"), "rb"):read(3000)
    write(path("a", "3.png"), half)
    write(path("b", "note.jpg"), "this is no picture")
  end)

  it("are errors that name them", function()
    refused(path("b", "note.jpg"), {path = pictures.folder})
    assert(os.remove(path("b", "note.jpg")))
    refused(path("a", "3.png") .. ": ", {path = pictures.folder})
    assert.same({}, pictures.kept())
  end)

  it("are left out and listed where they are to be skipped, each time", function()
    local function by_path(ds)
      local list = ds:broken()
      table.sort(list, function(p, q) return p.path < q.path end)
      return list
    end
    for time = 1, 3 do
      local ds
      local warned = testing.warnings(function()
        ds = data.folder {path = pictures.folder, broken = "skip"}
      end)
      assert.matches("data.folder: 2 of 31 files are broken and left out; the first: "
        .. path(), warned, 1, true)
      assert.same({14, 15}, ds:class_counts())
      local broken = by_path(ds)
      assert.equal(2, #broken)
      assert.equal(path("a", "3.png"), broken[1].path)
      assert.matches(path("a", "3.png") .. ": ", broken[1].message, 1, true)
      assert.matches(path("b", "note.jpg") .. ": ", broken[2].message, 1, true)
      testing.warnings(function()
        ds = data.folder {path = pictures.folder, broken = "skip", validation = 2}
      end)
      assert.same(broken, by_path(ds))
      if time == 2 then assert.equal(1, #pictures.kept()) end
    end
    -- Found by one that skips them, they are errors for others.
    assert(os.remove(path("b", "note.jpg")))
    refused(path("a", "3.png") .. ": ", {path = pictures.folder})
  end)

  it("are remembered by sources", function()
    local source
    testing.warnings(function()
      source = data.objects.folder(pictures.folder, {broken = "skip"})
      source = data.objects.folder(pictures.folder, {broken = "skip"})
    end)
    assert.equal(2, #source:broken())
    assert.same({"which can be decoded of " .. path() .. "/"}, {data.cache()[1].title})
  end)

  it("may be all there are", function()
    for i = 1, 15 do write(path("a", i .. ".png"), "nothing") end
    refused("all 15 pictures in it are broken", {path = pictures.folder, broken = "skip"})
    pictures.fill({"a"}, 15)
    for i = 1, 15 do
      local text = io.open(path("a", i .. ".png"), "rb"):read(4000)
      write(path("a", i .. ".png"), text)
    end
    refused("class a", {path = pictures.folder, broken = "skip"})
  end)
end)

describe("a folder that is none", function()
  it("is refused by name", function()
    refused("No such file", {path = path "nothing"})
    refused("there is no picture in it", {path = pictures.folder})
    image.save(path "a.png", pictures.noise(1, 8))
    refused("the pictures lie in the folder itself", {path = pictures.folder})
    refused("Not a directory", {path = path "a.png"})
    refused("option path is missing", {})
    refused('did you mean "resize"', {path = "x", resise = "crop"})
    refused('option resize: one of "crop", "squash", "pad" expected',
      {path = "x", resize = "stretch"})
  end)
end)
