-- IDX files: every type, packed or not, and what is wrong with them; the real
-- Fashion-MNIST where it is installed (figures from NumPy and Pillow).
local core = require "invar.core.data"
local data = require "invar.data"
local files = require "support.files"
local scarcity = require "support.scarcity"
local sets = require "support.sets"
local with_folder = require "support.folder"

local function read(text)
  return files.with_file(text, function(path) return core.idx(path) end)
end

describe("an IDX file", function()
  local numbers = {0, 1, -1, 100, -128, 127}
  it("is read in every type", function()
    local cases = {
      {0x08, "B", "uint8", {0, 1, 255, 100, 128, 127}}, {0x09, "i1", "int32", numbers},
      {0x0B, "i2", "int32", {0, 1, -1, 300, -32768, 32767}},
      {0x0C, "i4", "int32", {0, 1, -1, 70000, -2147483648, 2147483647}},
      {0x0D, "f", "float32", {0, 1, -1.5, 2 ^ -20, -1e30, 0.5}},
      {0x0E, "d", "float64", {0, 1, -1.5, 0.1, -1e300, 0.5}},
    }
    for _, case in ipairs(cases) do
      local code, format, dtype, values = table.unpack(case)
      local text = sets.idx(code, {2, 3}, format, values)
      for _, bytes in ipairs {text, sets.gzip(text)} do
        local t = read(bytes)
        assert.equal(dtype, t:dtype())
        assert.same({2, 3}, t:shape())
        for i, value in ipairs(values) do
          local got = t[{(i - 1) // 3 + 1, (i - 1) % 3 + 1}]:item()
          local wanted = dtype == "float32" and string.unpack("f", string.pack("f", value)) or value
          assert.equal(wanted, got)
        end
      end
    end
  end)

  it("is read in one dimension, in many pieces, in several members", function()
    local values = {}
    for i = 1, 9000 do values[i] = i % 251 - 100 end
    local text = sets.idx(0x0B, {9000}, "i2", values)
    assert.same(values, read(text):totable())
    assert.same(values, read(sets.gzip(text)):totable())
    assert.same(values, read(sets.gzip(text:sub(1, 7777)) .. sets.gzip(text:sub(7778))):totable())
    assert.same({0}, read(sets.idx(0x08, {0}, "B", {})):shape())
  end)

  it("is refused where it is damaged", function()
    local good = sets.idx(0x08, {2, 3}, "B", {1, 2, 3, 4, 5, 6})
    local packed = sets.gzip(good)
    local huge = sets.idx(0x08, {4294967295, 1000}, "B", {1})
    local beyond = sets.idx(0x0E, {4294967295, 4294967295, 4294967295}, "B", {})
    local cases = {
      {"", "the file ends in the header: 0 bytes of 4"},
      {good:sub(1, 3), "the file ends in the header"},
      {good:sub(1, 9), "the file ends in the header: 1 bytes of 4"},
      {good:sub(1, -2), "the header promises 6 bytes of data, the file has 5"},
      {good .. "x", "the header promises 6 bytes of data, the file has 7"},
      {"PNG" .. good, "it begins with 50 4e, not 00 00"},
      {"\0\0\7" .. good:sub(4), "unknown type 07"},
      {"\0\0\8\0", "0 dimensions, 1 .. 8 are read"},
      {"\0\0\8\9" .. ("\0\0\0\1"):rep(9) .. "x", "9 dimensions"},
      {huge, "the header promises 4294967295000 bytes of data, the file has 1"},
      {beyond, "too large"},
      {sets.gzip(huge), "more than the file can hold"},
      {sets.gzip(beyond), "too large"},
      {packed:sub(1, -9), "the compressed data end too early"},
      {packed:sub(1, -2), "the compressed data end too early"},
      {packed:sub(1, 5), "the compressed data end too early"},
      {"\x1f\x8b", "the compressed data end too early"},
      {packed .. "garbage", "7 bytes follow the compressed data"},
      {packed .. packed, "there are more data than the header promises"},
      {sets.gzip(good .. "x"), "there are more data than the header promises"},
      {sets.gzip(good:sub(1, -2)), "the file ends in the data: 5 bytes of 6"},
      {packed:sub(1, -8) .. "\0" .. packed:sub(-6), "the compressed data are damaged"},
      {packed:sub(1, 10) .. "\xff" .. packed:sub(12), "the compressed data are damaged"},
    }
    for i, case in ipairs(cases) do
      sets.refused(case[2], read, case[1])
      files.with_file(case[1], function(path) -- and by its name
        local _, message = pcall(core.idx, path)
        assert.is_truthy(message:find(path, 1, true), i)
      end)
    end
    sets.refused("No such file", core.idx, "/nowhere/x")
    sets.refused("not a regular file", core.idx, "/tmp")
  end)

  it("takes no more memory than it has data, however much it could unpack", function()
    files.with_path(function(path)
      -- 200 MB of zeros behind a header that speaks of 10.
      os.execute([[(printf '\0\0\010\001\0\0\0\012'; head -c 200000000 /dev/zero)]]
        .. " | gzip -1 > " .. path)
      local invar = require "invar"
      collectgarbage()
      local _, before = invar.memory()
      sets.refused("more data than the header promises", core.idx, path)
      local _, peak = invar.memory()
      assert.is_true(peak - before < 10e6, peak - before)
    end)
  end)

  it("is refused where memory runs out, without a leak", function()
    local text = sets.idx(0x0B, {2, 3}, "i2", {1, 2, 3, 4, 5, 6})
    for _, bytes in ipairs {text, sets.gzip(text)} do
      files.with_file(bytes, function(path)
        scarcity(function() assert(core.idx(path)) end)
        scarcity(function() assert(core.idx(path)) end, {later = true})
      end)
    end
  end)
end)

describe("data.idx", function()
  local function with_pair(f)
    return with_folder(function(folder)
      local values = {}
      for i = 1, 6 * 4 * 5 do values[i] = i % 256 end
      return f(files.write(folder .. "/x.gz", sets.gzip(sets.idx(8, {6, 4, 5}, "B", values))),
        files.write(folder .. "/y", sets.idx(8, {6}, "B", {0, 1, 2, 0, 1, 2})), folder)
    end)
  end

  it("makes a labelled set of a pair", function()
    with_pair(function(images, labels)
      local ds = data.idx {images = images, labels = labels, class_names = {"a", "b", "c"},
        validation = 3, test = {images = images, labels = labels}}
      assert.same({3, 3, 6}, {#ds, #ds:split "validation", #ds:split "test"})
      assert.same({4, 5, 1}, {ds:shape()})
      assert.same({1, 1, 1}, ds:split("validation"):class_counts())
      assert.same({"a", "b", "c"}, ds:split("test"):class_names())
      local image, label = ds:split("test"):sample(2)
      assert.same({21, 2, 26}, {image[{1, 1, 1}]:item(), label, image[{2, 1, 1}]:item()})
    end)
  end)

  it("pads, and makes three channels of one", function()
    with_pair(function(images, labels)
      local ds = data.idx {images = images, labels = labels, pad = 2, channels = 3}
      assert.same({8, 9, 3}, {ds:shape()})
      local image = ds:sample(1)
      assert.equal(210 * 3, image:to("float32"):sum():item()) -- 1 + 2 + ... + 20
      assert.same({{1, 1, 1}, {2, 2, 2}}, image[{3, {3, 4}}]:totable())
      assert.same({{0, 0, 0}, {0, 0, 0}}, image[{2, {3, 4}}]:totable())
      assert.same({20, 20, 20}, image[{6, 7}]:totable())
      assert.same({0, 0, 0}, image[{6, 8}]:totable())
    end)
  end)

  it("refuses what does not belong together", function()
    with_pair(function(images, labels, folder)
      local short = files.write(folder .. "/short", sets.idx(8, {5}, "B", {0, 1, 2, 0, 1}))
      sets.refused("data.idx: option labels is missing", data.idx, {images = images})
      sets.refused("short: 6 labels are wanted, got a tensor 5", data.idx,
        {images = images, labels = short})
      sets.refused("pictures of 8 bits (or float32) are wanted, got uint8 6", data.idx,
        {images = labels, labels = labels})
      sets.refused("data.idx: option test: option ", data.idx,
        {images = images, labels = labels, test = {}})
      sets.refused("data.idx: label 3 of sample 3 is not in 1 .. 2", data.idx,
        {images = images, labels = labels, classes = 2})
      sets.refused("option class_names: strings expected, element 2 is 7", data.idx,
        {images = images, labels = labels, class_names = {"a", 7, "c"}})
      sets.refused("option channels: one of 1, 3", data.idx,
        {images = images, labels = labels, channels = 2})
      sets.refused("option size: integer in 1 .. 1024", data.idx,
        {images = images, labels = labels, size = 0})
    end)
  end)
end)

describe("the real Fashion-MNIST", function()
  local there = io.open "/usr/share/datasets/fashion-mnist/train-images-idx3-ubyte.gz"
  if not there then
    pending "is not installed: apt install dataset-fashion-mnist"
    return
  end
  there:close()

  local function sum(ds)
    local total = 0
    for x in ds:batches {size = 1000, shuffle = false, dtype = "uint8"} do
      total = total + x:to("int32"):sum():item()
    end
    return total
  end

  it("has the samples, labels and pixels that NumPy finds", function()
    local train = data.fashion_mnist {validation = 0}
    local test = train:split "test"
    assert.same({60000, 10000}, {#train, #test})
    for class = 1, 10 do
      assert.equal(6000, train:class_counts()[class])
      assert.equal(1000, test:class_counts()[class])
    end
    assert.same({10, 1, 1, 4, 1}, train:subset(1, 5):labels():totable())
    assert.same({10, 3, 2}, test:subset(1, 3):labels():totable())
    assert.equal("Ankle boot", train:class_names()[10])
    assert.equal(76247, train:sample(1):to("int32"):sum():item())
    assert.equal(16684, train:sample(-1):to("int32"):sum():item())
    assert.equal(573469082, sum(test))
    local default = data.fashion_mnist()
    assert.same({55000, 5000}, {#default, #default:split "validation"})
  end)

  it("is resized as Pillow does it", function()
    local ds = data.fashion_mnist {validation = 0, split = "train", size = 32, channels = 3}
    local image = ds:sample(1)
    assert.same({32, 32, 3}, image:shape())
    local row = {0, 0, 1, 3, 5, 6, 6, 2, 0, 0, 0, 0, 0, 70, 226, 226, 219, 223, 222, 221, 221,
      222, 220, 216, 223, 228, 219, 217, 233, 197, 64, 0}
    for channel = 1, 3 do
      assert.same(row, image[{17, {}, channel}]:totable())
      assert.equal(99419, image[{{}, {}, channel}]:to("int32"):sum():item())
    end
  end)
end)
