local tensor = require "invar.tensor"
local minimise = require "invar.train.lbfgs"

describe("train.minimise", function()
  it("solves a quadratic to its closed form", function()
    -- f(x) = x'Ax/2 - b'x has its minimum where Ax = b
    local a = tensor {{4, 1, 0}, {1, 3, -1}, {0, -1, 2}}:to("float64")
    local b = tensor {1, -2, 5}:to("float64")
    local x, outcome = minimise(function(x)
      local ax = a:matmul(x)
      return (x * ax):sum():item() / 2 - (b * x):sum():item(), ax - b
    end, tensor.zeros(3):to("float64"), {tolerance = 1e-10})
    assert.is_true(outcome.converged)
    assert.is_true(a:matmul(x):allclose(b, {rtol = 1e-9, atol = 1e-9}))
  end)

  it("finds the bottom of Rosenbrock's valley", function()
    local x, outcome = minimise(function(p)
      local u, v = p[1]:item(), p[2]:item()
      local value = (1 - u) ^ 2 + 100 * (v - u * u) ^ 2
      local gradient = {-2 * (1 - u) - 400 * u * (v - u * u), 200 * (v - u * u)}
      return value, tensor(gradient):to("float64")
    end, tensor {-1.2, 1}:to("float64"), {tolerance = 1e-8})
    assert.is_true(outcome.converged)
    assert.is_true(outcome.iterations < 100)
    assert.near(1, x[1]:item(), 1e-6)
    assert.near(1, x[2]:item(), 1e-6)
  end)

  it("says when it has not converged", function()
    local _, outcome = minimise(function(x) return (x * x * x * x):sum():item(), x * x * x * 4 end,
      tensor {3}:to("float64"), {iterations = 2})
    assert.is_false(outcome.converged)
    assert.equal(2, outcome.iterations)
  end)
end)
