local rng = require "invar.core.rng"

describe("rng", function()
  it("draws the same from the same seed, stream and index", function()
    local a, b = rng.new(7):at("transform", 42), rng.new(7):at("transform", 42)
    for _ = 1, 10 do assert.equal(a:uniform(), b:uniform()) end
  end)

  it("names function and argument in errors", function()
    assert.has_error(function() rng.new("x") end)
    local ok, message = pcall(rng.new, "x")
    assert.is_false(ok)
    assert.equal('rng.new: argument 1: integer expected, got "x"', message)
  end)
end)
