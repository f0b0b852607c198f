local options = require "invar.options"

-- A public function as the library has them.
local function fit(settings)
  local checked = options.check("train.fit", settings,
    {epochs = 1, lr = 1e-3, shuffle = true, clip = false, name = "x"},
    {epochs = {min = 1, max = 1000}, lr = {above = 0},
     clip = {type = "number", min = 0}, mode = {choices = {"fast", "slow"}},
     model = {type = {"table", "function"}}})
  return checked
end

local function message_of(f, ...)
  local ok, message = pcall(f, ...)
  assert.is_false(ok)
  return message
end

describe("options.check", function()
  it("merges defaults and leaves the given table alone", function()
    local given = {epochs = 3.0}
    local got = fit(given)
    assert.same({epochs = 3, lr = 1e-3, shuffle = true, clip = false,
      name = "x"}, got)
    assert.equal("integer", math.type(got.epochs))
    assert.same({epochs = 3.0}, given)
    assert.equal(1, fit(nil).epochs)
  end)

  it("allows a default of another type than the rule", function()
    assert.is_false(fit {clip = false}.clip)
    assert.equal(2, fit {clip = 2}.clip)
    assert.is_false(fit {shuffle = false}.shuffle)
  end)

  it("names function, option, what was wanted and what came", function()
    local cases = {
      {{epochs = 0}, "train.fit: option epochs: integer in 1 .. 1000 expected, got 0"},
      {{epochs = 1.5}, "integer in 1 .. 1000 expected, got 1.5"},
      {{epochs = "2"}, 'expected, got "2"'},
      {{lr = 0}, "option lr: finite number > 0 expected, got 0"},
      {{lr = 0 / 0}, "finite number > 0 expected, got "},
      {{lr = math.huge}, "finite number > 0 expected, got inf"},
      {{mode = "quick"}, 'option mode: one of "fast", "slow" expected, got "quick"'},
      {{model = 1}, "option model: table or function expected, got 1"},
      {{clip = true}, "option clip: finite number >= 0 expected, got true"},
      {{epoch = 1}, 'train.fit: there is no option "epoch" (did you mean "epochs"?)'},
      {{zzzzzzzz = 1}, "(there are: clip, epochs, lr, mode, model, name, shuffle)"},
      {{1, 2}, "option names are strings, got 1"},
    }
    for _, case in ipairs(cases) do
      local message = message_of(fit, case[1])
      assert.is_truthy(message:find(case[2], 1, true), message)
    end
    assert.equal("train.fit: table of options expected, got 3", message_of(fit, 3))
  end)

  it("raises at the line of the caller", function()
    local line = debug.getinfo(1, "l").currentline + 1
    local message = message_of(function() local x = fit {epoch = 1}; return x end)
    assert.is_truthy(message:find("options_spec.lua:" .. line .. ":", 1, true), message)
  end)

  it("asks for required settings", function()
    local message = message_of(function()
      local x = options.check("data.new", {}, {}, {n = {type = "integer", required = true}})
      return x
    end)
    assert.is_truthy(message:find("data.new: option n is missing: integer expected", 1, true))
  end)
end)

describe("options.argument", function()
  it("checks one argument", function()
    local rng = require("invar.rng").new(1)
    assert.equal(rng, options.argument("f", 1, rng, "rng"))
    assert.equal(3, options.argument("f", 1, 3, {"string", "integer"}))
    local message = message_of(options.argument, "f", 2, rng, "integer", {min = 1})
    assert.is_truthy(message:find("f: argument 2: integer >= 1 expected, got rng", 1, true))
  end)
end)
