local tensor = require "invar.tensor"
local rng = require "invar.rng"

local function values(t) return t:totable() end

describe("tensor creation", function()
  it("makes constants of every dtype", function()
    for _, dtype in ipairs {"float32", "bfloat16", "uint8", "int32", "float64"} do
      local t = tensor.full({2, 3}, 7, {dtype = dtype})
      assert.same({{7, 7, 7}, {7, 7, 7}}, values(t))
      assert.equal(dtype, t:dtype())
      assert.same({2, 3}, t:shape())
    end
    assert.same({{0, 0}}, values(tensor.zeros(1, 2)))
    assert.same({{1}, {1}}, values(tensor.ones({2, 1})))
    assert.same({{1, 0}, {0, 1}}, values(tensor.eye(2)))
  end)

  it("makes progressions that include both ends", function()
    assert.same({1, 2, 3}, values(tensor.arange(3)))
    assert.same({5, 3, 1}, values(tensor.arange(5, 1, -2)))
    assert.same({}, values(tensor.arange(2, 1)))
    assert.equal(11, #tensor.arange(0, 1, 0.1))
    assert.same({0, 0.25, 0.5, 0.75, 1}, values(tensor.linspace(0, 1, 5)))
    assert.same({4}, values(tensor.linspace(4, 9, 1)))
  end)

  it("reads nested lists and numbers", function()
    local list = {{{1, 2}, {3, 4}}, {{5, 6}, {7, 8}}}
    assert.same(list, values(tensor(list)))
    assert.equal(2.5, tensor(2.5):item())
    assert.equal(0, tensor(2.5):dim())
    assert.same({0, 3}, tensor.zeros(0, 3):shape())
    assert.same({0}, tensor({}):shape())
    assert.same({255, 0, 3}, values(tensor({300, -5, 3.9}, {dtype = "uint8"})))
  end)

  it("rounds to bfloat16 as the nearest, ties to even", function()
    local t = tensor({1 + 2^-9, 1 + 2^-8, 1 + 3 * 2^-8, 1 + 2^-7}, {dtype = "bfloat16"})
    assert.same({1, 1, 1 + 2^-6, 1 + 2^-7}, values(t))
  end)

  it("draws the same from the same generator, with the right moments", function()
    local a, b = tensor.randn(rng.new(5), 300, 100), tensor.randn(rng.new(5), 300, 100)
    assert.is_true(a:equal(b))
    assert.near(0, a:mean():item(), 0.02)
    assert.near(1, a:std():item(), 0.02)
    local u = tensor.rand(rng.new(5), 20000, {low = -1, high = 3})
    assert.near(1, u:mean():item(), 0.04)
    assert.is_true(u:min():item() >= -1 and u:max():item() < 3)
    local n = tensor.randint(rng.new(5), -2, 2, 20000)
    local kinds, counts = n:unique()
    assert.same({-2, -1, 0, 1, 2}, values(kinds))
    assert.is_true(counts:min():item() > 3700 and counts:max():item() < 4300)
  end)

  it("permutes as the generator itself does", function()
    assert.same(rng.new(5):permutation(50), values(tensor.randperm(rng.new(5), 50)))
    assert.same({0}, tensor.randperm(rng.new(5), 0):shape())
  end)

  it("refuses what makes no sense", function()
    local cases = {
      {"tensor.zeros: argument 1: integer >= 0 expected", tensor.zeros, -1},
      {"no option \"dtyp\" %(did you mean \"dtype\"", tensor.zeros, 2, {dtyp = 1}},
      {"too large", tensor.zeros, 2^40, 2^40},
      {"tensor.new: argument 1: lists of different lengths", tensor.new, {{1, 2}, {3}}},
      {"tensor.new: argument 1: element 2 is a string", tensor.new, {1, "2"}},
      {"at most 8", tensor.zeros, 1, 1, 1, 1, 1, 1, 1, 1, 1},
      {"tensor.arange: argument 3: the step is zero", tensor.arange, 1, 2, 0},
      {"tensor.arange: argument 1", tensor.arange, 0 / 0},
      {"tensor.linspace: argument 3", tensor.linspace, 0, 1, 0},
      {"tensor.randn: argument 1: rng expected", tensor.randn, 2, 3},
      {"tensor.randint: argument 3", tensor.randint, rng.new(1), 5, 4, 2},
      {"tensor.full: argument 2", tensor.full, {2}, "x"},
    }
    for _, case in ipairs(cases) do
      local ok, message = pcall(table.unpack(case, 2))
      assert.is_false(ok)
      assert.is_truthy(message:find(case[1]), message)
    end
  end)

  it("cannot be used once closed", function()
    local t = tensor.ones(2)
    t:close()
    t:close()
    assert.equal("tensor (closed)", tostring(t))
    assert.has_error(function() return t + 1 end)
    assert.has_error(function() return t[1] end)
    assert.has_error(function() return tensor.cat {tensor.ones(2), t} end)
  end)
end)
