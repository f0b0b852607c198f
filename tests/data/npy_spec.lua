-- data.npy: pairs of .npy files of samples of any shape.
local data = require "invar.data"
local rng = require "invar.rng"
local files = require "support.files"
local sets = require "support.sets"
local tensor = require "invar.tensor"
local with_folder = require "support.folder"

-- A folder with x.npy (n x shape, uint8 or float32) and y.npy (labels 0, 1, 2, 0, ...).
local function with_pair(n, shape, dtype, f)
  return with_folder(function(folder)
    local x = tensor.randint(rng.new(1), 0, 255, n, table.unpack(shape)):to(dtype)
    x:save(folder .. "/x.npy")
    local y = {}
    for i = 1, n do y[i] = (i - 1) % 3 end
    tensor(y):to("int32"):save(folder .. "/y.npy")
    return f(folder .. "/x.npy", folder .. "/y.npy", x, folder)
  end)
end

-- An int64 .npy file, as numpy.save writes labels.
local function save_int64(path, values, descr, format)
  local head = ("{'descr': '%s', 'fortran_order': False, 'shape': (%d,), }"):format(
    descr or "<i8", #values)
  head = head .. (" "):rep(117 - #head) .. "\n"
  local parts = {"\x93NUMPY\1\0", string.pack("<I2", #head), head}
  for i, value in ipairs(values) do parts[3 + i] = string.pack("<" .. (format or "i8"), value) end
  return files.write(path, table.concat(parts))
end

describe("data.npy", function()
  it("reads samples of any shape and labels from 0", function()
    for _, case in ipairs {{{4, 5, 3}, "uint8"}, {{7}, "float32"}, {{2, 3}, "float32"}} do
      with_pair(9, case[1], case[2], function(x_path, y_path, x)
        local ds = data.npy {x = x_path, y = y_path}
        assert.equal(9, #ds)
        assert.equal(3, ds:classes())
        assert.same(case[1], {ds:shape()})
        assert.equal(case[2], ds:dtype())
        local sample, label = ds:sample(5)
        assert.same(x[5]:totable(), sample:totable())
        assert.equal(2, label)
      end)
    end
  end)

  it("reads int64 labels and other first labels", function()
    with_pair(4, {2}, "float32", function(x, _, _, folder)
      local y = save_int64(folder .. "/y64.npy", {7, 5, 6, 5})
      local ds = data.npy {x = x, y = y, first_label = 5, class_names = {"a", "b", "c"}}
      assert.same({3, 1, 2, 1}, ds:labels():totable())
      assert.same({"a", "b", "c"}, ds:class_names())
      save_int64(y, {1, 2, 1 << 40, 1})
      sets.refused("y64.npy: an integer does not fit int32", data.npy, {x = x, y = y})
      save_int64(y, {1, 2, 2147483647, 1})
      sets.refused("data.npy: ", data.npy, {x = x, y = y})
      save_int64(y, {0, 1, -1, 1})
      sets.refused("data.npy: label 0 of sample 3 is not in 1 .. 2", data.npy, {x = x, y = y})
    end)
  end)

  it("has validation and test samples from files of their own or from the training's", function()
    with_pair(12, {2}, "float32", function(x, y)
      local ds = data.npy {x = x, y = y, validation = {x = x, y = y}, test = {x = x, y = y}}
      assert.same({12, 12, 12}, {#ds, #ds:split "validation", #ds:split "test"})
      ds = data.npy {x = x, y = y, validation = 0.25}
      assert.same({9, 3}, {#ds, #ds:split "validation"})
      assert.same({1, 1, 1}, ds:split("validation"):class_counts())
      sets.refused('dataset:split: argument 1: one of "train", "validation" expected, got "test"',
        ds.split, ds, "test")
    end)
  end)

  it("refuses what does not belong together", function()
    with_pair(6, {2}, "float32", function(x, y, _, folder)
      local other = folder .. "/other.npy"
      tensor.zeros(5):to("int32"):save(other)
      sets.refused("other.npy: 6 labels are wanted, got a tensor 5", data.npy, {x = x, y = other})
      tensor.zeros(6):save(other)
      sets.refused("other.npy: integer labels are wanted, got float32", data.npy,
        {x = x, y = other})
      tensor.full({}, 3):save(other)
      sets.refused("other.npy: samples along the first dimension", data.npy, {x = other, y = y})
      tensor.zeros(0, 2):save(x)
      tensor.zeros(0):to("int32"):save(y)
      sets.refused("data.npy: there are no samples", data.npy, {x = x, y = y})
      files.write(x, "no file of NumPy's")
      sets.refused("x.npy: not a .npy file", data.npy, {x = x, y = y})
      sets.refused("data.npy: /nowhere.npy: cannot open", data.npy, {x = "/nowhere.npy", y = y})
      sets.refused('no option "label"', data.npy, {x = x, y = y, label = 1})
      sets.refused("option y is missing", data.npy, {x = x})
    end)
  end)
end)
