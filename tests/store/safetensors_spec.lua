local base = require "invar.core.base"
local files = require "support.files"
local scarcity = require "support.scarcity"
local store = require "invar.store"
local tensor = require "invar.tensor"

local HERE = "tests/fixtures/store/"
local numbers = tensor {{-2, -1, 0}, {1, 2, 3}}

local function message_of(f, ...)
  local ok, message = pcall(f, ...)
  assert.is_false(ok)
  return tostring(message)
end

local function load_error(text)
  return files.with_file(text, function(path) return message_of(store.load, path) end)
end

-- A file of this header and so many bytes of data.
local function file_of(header, bytes)
  return string.pack("<I8", #header) .. header .. ("\0"):rep(bytes or 0)
end

describe("safetensors files", function()
  it("of every type are read", function()
    local all = store.load(HERE .. "types.safetensors")
    local dtypes = {F64 = "float64", F32 = "float32", BF16 = "bfloat16", F16 = "float32",
      I64 = "int32", I32 = "int32", I16 = "int32", I8 = "int32"}
    for name, dtype in pairs(dtypes) do
      assert.equal(dtype, all[name]:dtype())
      assert.same(numbers:totable(), all[name]:totable())
    end
    assert.same(numbers:abs():totable(), all.U8:totable())
    assert.same({{1, 1, 0}, {1, 1, 1}}, all.BOOL:totable())
    local about = store.describe(HERE .. "types.safetensors")
    assert.same({dtype = "BF16", shape = {2, 3}}, about.BF16)
  end)

  it("are written as the reference library does, to the byte", function()
    local ours = {weight = numbers, ["bias.ü"] = numbers[1]:to("bfloat16"), count = 7, rate = 0.1,
      labels = numbers[2]:to("int32"), none = tensor.zeros(0, 4), bytes = numbers[2]:to("uint8")}
    files.with_file("", function(path)
      store.save(path, ours, {a = "1", b = '"quoted"\n'})
      assert.equal(files.read(HERE .. "layout.safetensors"), files.read(path))
    end)
    local _, metadata = store.load(HERE .. "layout.safetensors")
    assert.same({a = "1", b = '"quoted"\n'}, metadata)
  end)

  it("come back as they were, views and nested tables too", function()
    files.with_file("", function(path)
      store.save(path, {net = {[1] = numbers:t(), ["a.b"] = {c = numbers[{{}, 2}]}},
        one = tensor(5, {dtype = "uint8"})})
      local back, metadata = store.load(path)
      assert.same(numbers:t():totable(), back["net.1"]:totable())
      assert.same({-1, 2}, back["net.a.b.c"]:totable())
      assert.equal(5, back.one:item())
      assert.same({}, metadata)
      store.save(path, {})
      assert.same({}, (store.load(path)))
    end)
  end)

  it("that are cut anywhere or damaged are refused, without much memory", function()
    local good = files.read(HERE .. "layout.safetensors")
    collectgarbage()
    local live = base.memory()
    for cut = 0, #good - 1, 3 do load_error(good:sub(1, cut)) end
    load_error(good .. "x")
    load_error(string.pack("<I8", 1 << 62) .. good:sub(9))
    load_error(string.pack("<I8", #good) .. good:sub(9))
    collectgarbage()
    assert.equal(live, (base.memory()))
  end)

  it("with any one byte changed give tensors or an error", function()
    local good = files.read(HERE .. "layout.safetensors")
    for i = 1, #good do
      local wrong = string.char((good:byte(i) + 101) % 256)
      files.with_file(good:sub(1, i - 1) .. wrong .. good:sub(i + 1), function(path)
        pcall(store.load, path)
      end)
    end
  end)

  it("with a header that lies are refused, and why is said", function()
    local cases = {
      ["no JSON object"] = "[]",
      ["no JSON from its byte 6 on"] = '{"a":}',
      ["no JSON from its byte 4 on"] = '{} {}',
      ['"a": the name occurs twice'] = '{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},'
        .. '"a":{"dtype":"U8","shape":[2],"data_offsets":[2,4]}}',
      ["has no dtype"] = '{"a":{}}',
      ['elements of type F8_E4M3'] = '{"a":{"dtype":"F8_E4M3","shape":[4],"data_offsets":[0,4]}}',
      ["has no shape"] = '{"a":{"dtype":"F32","shape":4,"data_offsets":[0,4]}}',
      ["no list of integers"] = '{"a":{"dtype":"F32","shape":[1.5],"data_offsets":[0,4]}}',
      ["more than 8 dim"] = '{"a":{"dtype":"U8","shape":[1,1,1,1,1,1,1,1,4],"data_offsets":[0,4]}}',
      ["shape is too large"] = '{"a":{"dtype":"U8","shape":[4294967296,4294967296],'
        .. '"data_offsets":[0,4]}}',
      ["wants 8 bytes, its data_offsets give 4"] =
        '{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}',
      ["not two places in the 4 bytes"] = '{"a":{"dtype":"U8","shape":[5],"data_offsets":[0,5]}}',
      ["a gap before"] = '{"a":{"dtype":"U8","shape":[2],"data_offsets":[2,4]}}',
      ["overlaps"] = '{"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]},'
        .. '"b":{"dtype":"U8","shape":[2],"data_offsets":[2,4]}}',
      ["have 2 bytes of data, the file 4"] =
        '{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]}}',
      ["__metadata__ is no object"] = '{"__metadata__":[]}',
      ["holds what is no string"] = '{"__metadata__":{"a":1}}',
    }
    for wanted, header in pairs(cases) do
      assert.matches(wanted, load_error(file_of(header, 4)), 1, true)
    end
    assert.matches("no JSON", load_error(file_of(("["):rep(100000))))
    assert.matches("no JSON", load_error(file_of(('{"a":'):rep(100000))))
    local i64 = '{"a":{"dtype":"I64","shape":[2],"data_offsets":[0,16]}}'
    assert.matches('tensor "a": the value 1099511627776 does not fit int32',
      load_error(file_of(i64) .. string.pack("<i8i8", 3, 1 << 40)), 1, true)
  end)

  it("that cannot be opened or written name the file and the reason", function()
    assert.matches("store.load: /no/such/file: cannot open: No such file",
      message_of(store.load, "/no/such/file"), 1, true)
    assert.matches("not a file", message_of(store.load, "/tmp"))
    assert.matches("/no/such/file: No such file", message_of(store.save, "/no/such/file", {}))
    assert.matches("a file name", message_of(store.load, "a\0b"))
    assert.matches("string expected", message_of(store.describe, 3))
  end)

  it("take only what they can hold", function()
    local function fails(pattern, ...)
      assert.matches(pattern, message_of(store.save, ...), 1, true)
    end
    local itself = {}
    itself.a = itself
    fails("argument 2: a table holds itself", "x", itself)
    fails("a.b: tensor, number or table of them expected, got \"c\"", "x", {a = {b = "c"}})
    fails("names are strings or integers, got 1.5", "x", {[1.5] = 1})
    fails('the name "a.b" occurs twice', "x", {a = {b = 1}, ["a.b"] = 1})
    fails("cannot be the name of a tensor", "x", {__metadata__ = 1})
    fails("is not UTF-8", "x", {["\255"] = 1})
    fails("is not UTF-8", "x", {}, {a = "\255"})
    fails("without NUL", "x", {["a\0b"] = 1})
    fails("strings by string expected, got \"a\" = 1", "x", {}, {a = 1})
    fails("table expected", "x", 3)
  end)

  it("are written and read, or not at all, when memory runs out", function()
    files.with_file("", function(path)
      local given = {a = numbers:t(), b = {c = numbers, d = 3}}
      scarcity(function() store.save(path, given, {note = "x"}) end)
      scarcity(function() store.load(path) end)
      scarcity(function() store.describe(HERE .. "types.safetensors") end)
    end)
  end)
end)
