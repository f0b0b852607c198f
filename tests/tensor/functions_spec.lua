-- Unary functions against NumPy's float64 (scripts/make_tensor_fixtures.py).
local tensor = require "invar.tensor"

-- The largest error in units in the last place; float64 is allowed 2 more, or
-- what the third entry says.
local ORDER = {
  {"exp", 2}, {"expm1", 2}, {"log", 2}, {"log1p", 2}, {"sqrt", 1}, {"rsqrt", 1.5},
  {"reciprocal", 1}, {"sin", 2}, {"cos", 2}, {"tan", 3}, {"tanh", 2}, {"sigmoid", 3},
  {"erf", 3, 8}, {"floor", 0}, {"ceil", 0}, {"round", 0}, {"sign", 0}, {"abs", 0},
  {"silu", 4}, {"softplus", 3},
}

local function spacing(value, bits, smallest)
  if value == 0 then return smallest end
  local exponent = math.floor(math.log(math.abs(value), 2))
  return math.max(2.0 ^ (exponent - bits), smallest)
end

local function check(name, limit, got, wanted, argument, bits, smallest, largest)
  if got == wanted then return end
  if wanted ~= wanted then
    assert.is_true(got ~= got, ("%s(%.9g) is not NaN"):format(name, argument))
  elseif math.abs(wanted) > largest then
    assert.equal(wanted > 0 and math.huge or -math.huge, got)
  else
    local error_ulp = math.abs(got - wanted) / spacing(wanted, bits, smallest)
    assert.is_true(error_ulp <= limit + 0.5, ("%s(%.9g) is %.17g, not %.17g (%.2f ulp)")
      :format(name, argument, got, wanted, error_ulp))
  end
end

describe("tensor functions", function()
  local all = tensor.load("tests/fixtures/tensor/functions.npy")
  local x = all[1]:totable()

  it("of float32 are right to a few units in the last place", function()
    local argument = all[1]:to "float32"
    for i, case in ipairs(ORDER) do
      local got, wanted = argument[case[1]](argument):totable(), all[i + 1]:totable()
      for j = 1, #x do
        check(case[1], case[2], got[j], wanted[j], x[j], 23, 2.0 ^ -149, 3.4028235e38)
      end
    end
  end)

  it("of float64 are right to a few units in the last place", function()
    for i, case in ipairs(ORDER) do
      local got, wanted = all[1][case[1]](all[1]):totable(), all[i + 1]:totable()
      for j = 1, #x do
        check(case[1], case[3] or case[2] + 2, got[j], wanted[j], x[j], 52,
          2.0 ^ -1074, math.huge)
      end
    end
  end)

  it("gelu is x Phi(x)", function()
    local points = tensor.linspace(-6, 6, 2001, {dtype = "float64"})
    local wanted = points * ((points / math.sqrt(2)):erf() + 1) * 0.5
    assert.is_true(points:gelu():allclose(wanted, {rtol = 1e-13, atol = 5e-14}))
    local error = (points:to("float32"):gelu():to("float64") - wanted):abs() / (points:abs() + 1)
    assert.is_true(error:max():item() < 2e-7)
    -- Phi of -5 and -10 is 2.866515719e-7 and 7.619853024e-24.
    local far = tensor {-5, -10, -40, 40, 0}:gelu():totable()
    assert.is_true(math.abs(far[1] / -1.4332578594e-6 - 1) < 2e-6)
    assert.is_true(math.abs(far[2] / -7.619853024e-23 - 1) < 1e-5)
    assert.same({0, 40, 0}, {far[3], far[4], far[5]})
    local nan = tensor {0 / 0}:gelu():item()
    assert.is_true(nan ~= nan)
  end)

  it("work in place, on views and on bfloat16", function()
    local a = tensor {{1, 4}, {9, 16}}
    a:t()[2]:sqrt_()
    assert.same({{1, 2}, {9, 4}}, a:totable())
    assert.same({1, 2}, tensor({1, 4}, {dtype = "bfloat16"}):sqrt():totable())
    assert.equal("bfloat16", tensor({1}, {dtype = "bfloat16"}):exp():dtype())
  end)

  it("of integers stay integers where that makes sense", function()
    local a = tensor({-3, 0, 5}, {dtype = "int32"})
    assert.same({3, 0, 5}, a:abs():totable())
    assert.same({-1, 0, 1}, a:sign():totable())
    assert.same({9, 0, 25}, a:square():totable())
    assert.same({0, 0, 5}, a:relu():totable())
    assert.equal("int32", a:floor():dtype())
    assert.same({-200}, tensor({200}, {dtype = "uint8"}):neg():totable())
  end)

  it("tell NaN, infinity and numbers apart", function()
    local a = tensor {1, 0 / 0, 1 / 0, -1 / 0}
    assert.same({0, 1, 0, 0}, a:isnan():totable())
    assert.same({0, 0, 1, 1}, a:isinf():totable())
    assert.same({1, 0, 0, 0}, a:isfinite():totable())
  end)
end)
