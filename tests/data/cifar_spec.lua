-- CIFAR's binary files: records, splits, names; what is wrong with them.
local core = require "invar.core.data"
local data = require "invar.data"
local program = require "support.program"
local scarcity = require "support.scarcity"
local files = require "support.files"
local sets = require "support.sets"
local with_folder = require "support.folder"

-- A folder like cifar-10-batches-bin: 4 samples of every class in the five training
-- files (8 of each file), 10 to test.
local function cifar10(folder, classes)
  local at = 0
  for batch = 1, 5 do
    local records = {}
    for _ = 1, 8 do
      at = at + 1
      records[#records + 1] = sets.cifar_record(at, at % (classes or 10))
    end
    files.write(("%s/data_batch_%d.bin"):format(folder, batch), table.concat(records))
  end
  local records = {}
  for i = 0, 9 do records[i + 1] = sets.cifar_record(100 + i, 9 - i) end
  files.write(folder .. "/test_batch.bin", table.concat(records))
  files.write(folder .. "/batches.meta.txt",
    "airplane\nautomobile\nbird\ncat\ndeer\ndog\nfrog\nhorse\nship\ntruck\n\n")
end

local function with_cifar10(f)
  return with_folder(function(folder)
    cifar10(folder)
    return f(folder)
  end)
end

local function is_picture(image, number)
  for _, at in ipairs {{0, 0, 0}, {0, 0, 2}, {31, 31, 2}, {5, 17, 1}, {30, 2, 0}} do
    local y, x, c = table.unpack(at)
    if image[{y + 1, x + 1, c + 1}]:item() ~= sets.pixel(number, y, x, c) then return false end
  end
  return true
end

describe("data.cifar10", function()
  it("reads pictures, labels and names", function()
    with_cifar10(function(folder)
      local ds = data.cifar10 {path = folder, validation = 0}
      assert.equal(40, #ds)
      assert.same({32, 32, 3}, {ds:shape()})
      assert.equal("uint8", ds:dtype())
      assert.equal("truck", ds:class_names()[10])
      for i = 1, 40 do
        local image, label = ds:sample(i)
        assert.is_true(is_picture(image, i), i)
        assert.equal(i % 10 + 1, label)
      end
      local test = ds:split "test"
      assert.same({10, 9, 8, 7, 6, 5, 4, 3, 2, 1}, test:labels():totable())
      assert.is_true(is_picture(test:sample(3), 102))
      assert.same({4, 4, 4, 4, 4, 4, 4, 4, 4, 4}, ds:class_counts())
    end)
  end)

  it("takes validation samples from the training files, the same of each class", function()
    with_cifar10(function(folder)
      local train = data.cifar10 {path = folder, validation = 10}
      local validation = train:split "validation"
      assert.equal(30, #train)
      for class = 1, 10 do
        assert.equal(3, train:class_counts()[class])
        assert.equal(1, validation:class_counts()[class])
      end
      local seen = {}
      for _, part in ipairs {train, validation} do
        for i = 1, #part do
          local sum = part:sample(i):to("float32"):sum():item()
          seen[sum .. "/" .. select(2, part:sample(i))] = true
        end
      end
      local count = 0
      for _ in pairs(seen) do count = count + 1 end
      local whole, all = data.cifar10 {path = folder, validation = 0}, {}
      for i = 1, 40 do
        all[whole:sample(i):to("float32"):sum():item() .. "/" .. whole:labels()[i]:item()] = true
      end
      for key in pairs(all) do assert.is_true(seen[key], key) end
      local again = data.cifar10 {path = folder, validation = 0.25, split = "validation"}
      assert.equal(1, (validation:batch(1, 10)):eq((again:batch(1, 10))):to("int32"):min():item())
      local other = data.cifar10 {path = folder, validation = 10, seed = 2}:split "validation"
      assert.equal(0, (validation:batch(1, 10)):eq((other:batch(1, 10))):to("int32"):min():item())
    end)
  end)

  it("finds the folder below the one named, or says where there is one", function()
    with_folder(function(parent)
      local folder = parent .. "/cifar-10-batches-bin"
      assert(require("lfs").mkdir(folder))
      cifar10(folder)
      assert.equal(40, #data.cifar10 {path = parent, validation = 0})
      local print_size = "print(#require('invar').data.cifar10 {validation = 8}, os.getenv 'HOME')"
      for _, variables in ipairs {"INVAR_DATA=" .. parent, "INVAR_DATA= XDG_DATA_HOME="
        .. parent:match "^(.*)/[^/]*$"} do
        local output = program.shell(("%s HOME=/nowhere %s -e %s"):format(variables,
          program.quote(program.path), program.quote(print_size)))
        if variables:find "^INVAR_DATA=/" then
          assert.equal("32\t/nowhere\n", output)
        else
          assert.is_truthy(output:find("/invar, /usr/local/share/datasets", 1, true), output)
        end
      end
      require("support.picture").remove(folder)
    end)
    sets.refused("data.cifar10: there is no data_batch_1.bin in /nowhere, nor in a folder "
      .. "cifar-10-batches-bin there. The binary version, cifar-10-binary.tar.gz, is at "
      .. "https://www.cs.toronto.edu", data.cifar10, {path = "/nowhere"})
  end)
end)

describe("data.cifar100", function()
  it("has fine and coarse labels", function()
    with_folder(function(folder)
      files.write(folder .. "/train.bin", sets.cifar_record(1, 19, 99)
        .. sets.cifar_record(2, 0, 7) .. sets.cifar_record(3, 4, 0))
      files.write(folder .. "/test.bin", sets.cifar_record(4, 2, 3))
      local fine = data.cifar100 {path = folder, validation = 0}
      assert.same({100, 8, 1}, fine:labels():totable())
      assert.equal(100, fine:classes())
      assert.is_true(is_picture(fine:sample(2), 2))
      local coarse = data.cifar100 {path = folder, validation = 0, labels = "coarse"}
      assert.same({20, 1, 5}, coarse:labels():totable())
      assert.equal(20, coarse:classes())
      assert.same({3}, coarse:split("test"):labels():totable())
    end)
  end)
end)

describe("a bad CIFAR file", function()
  local function reading(text, wanted)
    with_folder(function(folder)
      cifar10(folder)
      files.write(folder .. "/data_batch_3.bin", text)
      sets.refused(wanted, data.cifar10, {path = folder, validation = 0})
    end)
  end

  it("is refused by name: truncated, oversized, empty, wrong labels", function()
    local record = sets.cifar_record(1, 1)
    reading(record:sub(1, -2), "data_batch_3.bin: 3072 bytes are no whole number of records")
    reading(record .. "x", "data_batch_3.bin: 3074 bytes")
    reading("", "data_batch_3.bin: 0 bytes")
    reading(record .. sets.cifar_record(1, 10),
      "data.cifar10: ")
    reading(record .. sets.cifar_record(1, 10),
      "data_batch_3.bin: record 2 has the label 10, there are 10 classes")
  end)

  it("is refused by name: missing, unreadable, wrong names", function()
    with_folder(function(folder)
      cifar10(folder)
      os.remove(folder .. "/data_batch_2.bin")
      sets.refused("data_batch_2.bin: No such file", data.cifar10,
        {path = folder, validation = 0})
      assert(require("lfs").mkdir(folder .. "/data_batch_2.bin"))
      sets.refused("data_batch_2.bin: not a regular file", data.cifar10,
        {path = folder, validation = 0})
      require("lfs").rmdir(folder .. "/data_batch_2.bin")
      files.write(folder .. "/batches.meta.txt", "cat\ndog\n")
      sets.refused("batches.meta.txt: 10 names of classes are wanted, got 2", data.cifar10,
        {path = folder})
    end)
  end)

  it("is refused by its settings", function()
    with_cifar10(function(folder)
      for wanted, given in pairs {
        ['no option "pth" (did you mean "path"?)'] = {pth = folder},
        ["option split: one of"] = {path = folder, split = "dev"},
        ["option validation: 40 samples are wanted, there are 40"] =
          {path = folder, validation = 40},
        ["option validation: samples or a fraction"] = {path = folder, validation = 2.5},
        ["option validation: finite number >= 0"] = {path = folder, validation = -1},
        ['there is no split "validation" (there are: train, test)'] =
          {path = folder, validation = 0, split = "validation"},
        ["option normalize"] = {path = folder, normalize = 3},
        ["table of options"] = 7,
      } do sets.refused(wanted, data.cifar10, given) end
    end)
  end)

  it("is refused where memory runs out, without a leak", function()
    with_folder(function(folder)
      local path = files.write(folder .. "/a.bin", sets.cifar_record(1, 4))
      scarcity(function() assert(core.cifar(path, "only")) end)
      scarcity(function() assert(core.cifar(path, "only")) end, {later = true})
    end)
  end)
end)
