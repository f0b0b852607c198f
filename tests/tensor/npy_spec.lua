local tensor = require "invar.tensor"
local files = require "support.files"
local base = require "invar.core.base"

local HERE = "tests/fixtures/tensor/"
local wanted = tensor.arange(-3, 8):reshape(3, 4)

local function load_error(text)
  return files.with_file(text, function(path)
    local ok, message = pcall(tensor.load, path)
    assert.is_false(ok)
    return message
  end)
end

describe("npy files", function()
  it("of every dtype, order and version are read", function()
    local dtypes = {
      lf2 = "float32", bf4 = "float32", lf8 = "float64", bf8 = "float64", i1 = "int32",
      bi2 = "int32", li4 = "int32", bi8 = "int32", fortran = "float32", v2 = "float32",
      v3 = "float32",
    }
    for name, dtype in pairs(dtypes) do
      local t = tensor.load(HERE .. "read_" .. name .. ".npy")
      assert.equal(dtype, t:dtype())
      assert.same(wanted:totable(), t:totable())
    end
    assert.same((wanted + 3):totable(), tensor.load(HERE .. "read_u2.npy"):totable())
    assert.same(wanted:gt(0):totable(), tensor.load(HERE .. "read_b1.npy"):totable())
    assert.equal(2.5, tensor.load(HERE .. "read_scalar.npy"):item())
  end)

  it("come back as they were written", function()
    for _, dtype in ipairs {"float32", "float64", "int32", "uint8", "bfloat16"} do
      files.with_file("", function(path)
        local t = wanted:to(dtype)
        assert.equal(t, t:save(path))
        local back = tensor.load(path)
        assert.equal(dtype == "bfloat16" and "float32" or dtype, back:dtype())
        assert.same(t:totable(), back:totable())
        t:t():save(path)
        assert.same(t:t():totable(), tensor.load(path):totable())
        tensor(7, {dtype = dtype}):save(path)
        assert.equal(7, tensor.load(path):item())
        tensor.zeros(0, 5):save(path)
        assert.same({0, 5}, tensor.load(path):shape())
      end)
    end
  end)

  it("are written as NumPy writes them, to the byte", function()
    files.with_file("", function(path)
      tensor.load(HERE .. "read_li4.npy"):save(path)
      local ours, theirs = files.read(path), files.read(HERE .. "read_li4.npy")
      assert.equal(theirs:sub(-48), ours:sub(-48))
      assert.equal(theirs:sub(1, 8), ours:sub(1, 8))
      assert.equal(theirs:match("{.*}"), ours:match("{.*}"))
      assert.equal(0, (#ours - 48) % 64)
    end)
  end)

  it("that are cut anywhere or damaged are refused, without much memory", function()
    local good = files.read(HERE .. "read_lf8.npy")
    for cut = 0, #good - 1, 3 do
      assert.is_truthy(load_error(good:sub(1, cut)):find("tensor.load: ", 1, true))
    end
    load_error(good .. "x")
    local live = base.memory()
    local huge = good:gsub("%(3, 4%)", "(3000000000, 4)")
    assert.is_truthy(load_error(huge):find("header promises"))
    load_error((good:gsub("%(3, 4%)", "(3000000000000000000, 4)")))
    load_error((good:gsub("%(3, 4%)", "(-3, 4)")))
    load_error((good:gsub("<f8", "|O8")))
    load_error((good:gsub("<f8", "<c8")))
    load_error((good:gsub("False", "Maybe")))
    load_error((good:gsub("'shape'", "'sharp'")))
    assert.equal(live, (base.memory()))
  end)

  it("with any one byte changed give a tensor or an error", function()
    local good = files.read(HERE .. "read_i1.npy")
    for i = 1, #good do
      local wrong = string.char((good:byte(i) + 101) % 256)
      local bad = good:sub(1, i - 1) .. wrong .. good:sub(i + 1)
      files.with_file(bad, function(path) pcall(tensor.load, path) end)
    end
  end)

  it("with integers beyond int32 are refused", function()
    local good = files.read(HERE .. "read_bi8.npy")
    local message = load_error(good:sub(1, -9) .. "\1" .. good:sub(-7))
    assert.is_truthy(message:find("fit int32", 1, true), message)
  end)

  it("that cannot be opened or written name the file and the reason", function()
    local ok, message = pcall(tensor.load, "/no/such/file.npy")
    assert.is_false(ok)
    assert.is_truthy(message:find("/no/such/file.npy: cannot open: No such file"))
    ok, message = pcall(tensor.load, "/tmp")
    assert.is_false(ok)
    assert.is_truthy(message:find("/tmp", 1, true))
    assert.has_error(function() wanted:save("/no/such/file.npy") end)
    assert.has_error(function() tensor.load("a\0b") end)
    assert.has_error(function() tensor.load(12) end)
  end)
end)
