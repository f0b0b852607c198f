-- Settings of experiments: presets, overrides, types, texts.
local settings = require "invar.experiment.settings"
local text = require "invar.experiment.text"
local program = require "support.program"

local protocol = {
  name = "example",
  defaults = {model = "resnet-8", lr = 1e-3, n = 100, deep = false, models = {"a", "b"},
    factors = {0.5, 1.0}, data = {n = 10, size = 32, shift = {x = 1.0}},
    optimizer = {"adam", lr = 0.1}, empty = {}, grid = {{1, 2}, {3, 4}}},
  presets = {quick = {n = 5, data = {size = 16}}, paper = {n = 1000, seeds = {1, 2, 3}},
    broken = {m = 3}, wrong = {data = {size = "big"}}},
}

local function resolve(preset, ...)
  local assignments = {}
  for i, word in ipairs {...} do assignments[i] = {word:match "^([^=]*)=(.*)$"} end
  return settings.resolve(protocol, preset, nil, assignments)
end

local function fails(wanted, f, ...)
  local ok, message = pcall(f, ...)
  assert.is_false(ok)
  assert.equal(wanted, message)
end

describe("settings", function()
  it("are the defaults with the preset and what is given on top", function()
    local s = resolve(nil)
    assert.same({1}, s.seeds)
    s.seeds = nil
    assert.same(protocol.defaults, s)
    s.data.n = 11 -- a copy
    assert.equal(10, protocol.defaults.data.n)
    s = resolve("quick", "data.n=7")
    assert.same({n = 7, size = 16, shift = {x = 1.0}}, s.data)
    assert.equal(5, s.n)
    assert.same({1, 2, 3}, resolve("paper").seeds)
    s = settings.resolve(protocol, "quick", {data = {shift = {x = 2}}, models = {}})
    assert.equal("float", math.type(s.data.shift.x))
    assert.same({}, s.models)
  end)

  it("from the command line get the type of the default", function()
    local function value(word, name) return resolve(nil, word)[name or word:match "^[^=]*"] end
    assert.equal("vgg-11", value "model=vgg-11")
    assert.equal("", value "model=")
    assert.equal("a=b", value "model=a=b")
    assert.equal("1", value "model=1")
    assert.equal("float", math.type(value "lr=1"))
    assert.equal(2e-4, value "lr=2e-4")
    assert.equal("integer", math.type(value "n=2e4"))
    assert.equal(20000, value "n=2e4")
    assert.equal(-3, value "n=-3")
    assert.equal(true, value "deep=true")
    assert.same({1, 2, 3}, value "seeds=1..3")
    assert.same({1, 2, 5}, value "seeds=1,2,5")
    assert.same({7, 1, 2, 3}, value "seeds=7,1..3")
    assert.same({4}, value "seeds=4")
    assert.same({"x", "1..3"}, value "models=x,1..3")
    assert.same({}, value "models=")
    assert.same({1.0, 2.5}, value "factors=1,2.5")
    assert.equal("float", math.type(value "factors=1"[1]))
    assert.same({1, "x", true}, value "empty=1,x,true")
    assert.equal(0.2, value("optimizer.lr=0.2", "optimizer").lr)
    assert.same({"sgd", lr = 0.1}, value("optimizer.1=sgd", "optimizer"))
    assert.equal(3.0, value("data.shift.x=3", "data").shift.x)
  end)

  it("that are unknown are refused with the nearest name", function()
    fails('there is no setting "modle" (did you mean "model"?)', resolve, nil, "modle=x")
    fails('there is no setting "data.m" (did you mean "data.n"?)', resolve, nil, "data.m=1")
    fails('there is no setting "size" (did you mean "data.size"?)', resolve, nil, "size=1")
    fails('there is no setting "n.m" (did you mean "n"?)', resolve, nil, "n.m=1")
    fails('example has no preset "quik" (did you mean "quick"?)', resolve, "quik")
    fails('preset broken of example: there is no setting "m" (did you mean "n"?)', resolve,
      "broken")
    fails('there is no setting "data.siz" (did you mean "data.size"?)', settings.resolve,
      protocol, nil, {data = {siz = 3}})
  end)

  it("of the wrong type are refused", function()
    fails('n: an integer expected, got "1.5"', resolve, nil, "n=1.5")
    fails('n: an integer expected, got "1,2"', resolve, nil, "n=1,2")
    fails('lr: a number expected, got "fast"', resolve, nil, "lr=fast")
    fails('lr: a number expected, got "nan"', resolve, nil, "lr=nan")
    fails('deep: true or false expected, got "1"', resolve, nil, "deep=1")
    fails('seeds: a list of integers expected (as 1,2,5 or 1..3), got "1,a"', resolve, nil,
      "seeds=1,a")
    fails('seeds: a list of integers expected (as 1,2,5 or 1..3), got "3..1"', resolve, nil,
      "seeds=3..1")
    fails('seeds: a list of integers expected (as 1,2,5 or 1..3), got "1..99999999"', resolve,
      nil, "seeds=1..99999999")
    fails("data is a group of settings: set one of data.n, data.shift, data.size", resolve, nil,
      "data=3")
    fails("grid is a list of tables: it can only be set in a preset or from Lua", resolve, nil,
      "grid=1,2")
    fails('preset wrong of example: data.size: an integer expected, got "big"', resolve, "wrong")
    fails("data: a table of settings expected, got 3", settings.resolve, protocol, nil,
      {data = 3})
    fails("models: a list expected, got \"a\"", settings.resolve, protocol, nil, {models = "a"})
    fails("models[2]: a string expected, got 2", settings.resolve, protocol, nil,
      {models = {"a", 2}})
  end)

  it("in a protocol's hands name what is not there", function()
    local s = settings.strict(resolve(nil))
    assert.equal(10, s.data.n)
    assert.equal(nil, s.models[3])
    local ok, message = pcall(function() return s.data.siez end)
    assert.is_false(ok)
    assert.matches('there is no setting "data.siez" %(did you mean "data.size"%?%)$', message)
  end)

  it("are shown as they can be given again", function()
    local lines = settings.lines(resolve "paper")
    local words = {}
    for i, line in ipairs(lines) do
      local name, value = line:match "^(%S+)%s+= (.*)$"
      if not name:find "^grid" then words[#words + 1] = name .. "=" .. value end
      lines[i] = line:gsub("%s+", " ")
    end
    assert.same(resolve "paper", resolve(nil, table.unpack(words)))
    assert.equal("data.shift.x = 1", lines[2])
    assert.is_truthy(table.concat(lines, "\n"):find("seeds = 1..3", 1, true))
  end)
end)

describe("the text of a table", function()
  local values = {a = {1, 2, 3}, b = {"adam", lr = 1e-3}, c = 2.0, d = 1 / 3, f = {}, g = true,
    e = 'q"\n\\x\1é\u{1F600}/\127', h = math.huge, i = 2.0 ^ 70, j = {n = {x = false}},
    k = math.mininteger, l = -math.huge, m = {{}, {{1}}}, ["with space"] = -0.0}

  it("is one, sorted, and gives the table back bit for bit", function()
    local written = text.encode(values)
    local back = text.decode(written)
    assert.same(values, back)
    assert.equal("float", math.type(back.c))
    assert.equal("integer", math.type(back.a[1]))
    assert.equal("-inf", tostring(1 / back["with space"]))
    assert.equal(written, text.encode(back))
    assert.equal('{"a":1,"b":[true,2.0]}', text.encode {b = {true, 2.0}, a = 1})
    assert.equal("[null]", text.encode {0 / 0})
    assert.is_true(text.decode("[null]")[1] ~= text.decode("[null]")[1])
  end)

  it("is JSON for other programs", function()
    values.h, values.l = nil, nil -- JSON has no infinity
    local written = text.encode(values)
    local read = program.shell("python3 -c 'import json, sys; v = json.loads(sys.argv[1]); "
      .. "print(v[\"d\"] == 1 / 3, len(v[\"e\"]), v[\"b\"][\"1\"], v[\"k\"])' "
      .. program.quote(written))
    assert.equal(("True %d adam %d\n"):format(utf8.len(values.e), math.mininteger), read)
  end)

  it("is refused where it would not be whole", function()
    local cyclic = {}
    cyclic.x = {cyclic}
    fails("x[1]: a table holds itself", text.encode, cyclic)
    fails("a.b: plain values expected (numbers, strings, booleans and tables of them), "
      .. "got function", text.encode, {a = {b = print}})
    fails('"1" cannot be a name', text.encode, {["1"] = 2, x = 1})
    assert.matches("^x: .* is not UTF%-8$", (select(2, pcall(text.encode, {x = "\xff"}))))
    fails("names are strings or integers, got 1.5", text.encode, {[1.5] = 1})
    for _, broken in ipairs {"", "{", "[1", '{"a" 1}', '"x', "nul", "[1,]", "{]"} do
      assert.is_false((pcall(text.decode, broken)))
    end
  end)
end)
