local measure = require "invar.measure"
local nn = require "invar.nn"
local data = require "invar.data"
local rng = require "invar.rng"
local tensor = require "invar.tensor"

--- The unbiased HSIC as its definition reads: the mean over all quadruples of
-- different samples (Song et al. 2012, equation 4), for small n.
local function hsic_by_definition(k, l)
  local n, sum, count = #k, 0, 0
  for i = 1, n do
    for j = 1, n do
      for q = 1, n do
        for r = 1, n do
          if i ~= j and i ~= q and i ~= r and j ~= q and j ~= r and q ~= r then
            sum = sum + k[i][j] * (l[i][j] + l[q][r] - 2 * l[i][q])
            count = count + 1
          end
        end
      end
    end
  end
  return sum / count
end

local function gram(x) return x:matmul(x:t()):totable() end

describe("measure.cka", function()
  it("is the unbiased estimate, by definition", function()
    local x = tensor.randn(rng.new(1), 7, 3):to("float64")
    local y = x[{{}, {1, 2}}] + tensor.randn(rng.new(2), 7, 2):to("float64")
    local k, l = gram(x), gram(y)
    local expected = hsic_by_definition(k, l)
      / math.sqrt(hsic_by_definition(k, k) * hsic_by_definition(l, l))
    assert.near(expected, measure.cka(x, y), 1e-9)
  end)

  it("does not see rotation and scale", function()
    local x = tensor.randn(rng.new(3), 50, 2)
    local turn = tensor {{0.6, 0.8}, {-0.8, 0.6}}
    assert.near(1, measure.cka(x, x:matmul(turn) * 3), 1e-6)
  end)

  it("is near zero for unrelated representations, also over batches", function()
    local x, y = tensor.randn(rng.new(4), 2000, 4), tensor.randn(rng.new(5), 2000, 4)
    assert.near(0, measure.cka(x, y), 0.01)
    assert.near(0, measure.cka(x, y, {batch = 500}), 0.01)
    assert.near(1, measure.cka(x, x, {batch = 300}), 1e-6)
  end)

  it("refuses what it cannot compare", function()
    local x = tensor.zeros(5, 2)
    assert.error_matches(function() measure.cka(x, tensor.zeros(4, 2)) end,
      "measure.cka: 5 and 4 samples")
    assert.error_matches(function() measure.cka(x[{{1, 3}}], x[{{1, 3}}]) end,
      "at least 4 samples")
    assert.error_matches(function() measure.cka(x, x, {bacth = 5}) end,
      'did you mean "batch"')
  end)
end)

describe("measure.invariance", function()
  -- a "network" whose representation is the picture itself
  local identity = nn.module {forward = function(_, x) return x end}
  identity.features = function(_, x, names)
    local all = {}
    for _, name in ipairs(names) do all[name] = x:flatten(2) end
    return all
  end

  local function pictures(seed, n)
    local noise = tensor.rand(rng.new(seed), n, 4, 4, 3) * 255
    return data.tensors {x = noise:to("uint8"), y = tensor.ones(n):to("int32")}
  end

  it("is 0 for equal twins and about 1 for unrelated ones", function()
    local a, b = pictures(1, 600), pictures(2, 600)
    assert.equal(0, measure.invariance(identity, a, a))
    assert.near(1, measure.invariance(identity, a, b), 0.01)
    assert.near(1, measure.invariance(identity, a, b, {metric = "cka"}) + 1, 0.05)
    assert.near(1, measure.invariance(identity, a, a, {metric = "cka"}), 1e-6)
  end)

  it("agrees with the formula written out", function()
    local a, b = pictures(3, 40), pictures(4, 40)
    local x, y = a:batch(1, 40):flatten(2):totable(), b:batch(1, 40):flatten(2):totable()
    local function distance(p, q)
      local sum = 0
      for i in ipairs(p) do sum = sum + (p[i] - q[i]) ^ 2 end
      return math.sqrt(sum)
    end
    local order = tensor.randperm(rng.new(9):at("pairs", 1), 40):totable()
    local pairs_sum, random_sum = 0, 0
    for i = 1, 40 do
      pairs_sum = pairs_sum + distance(x[i], y[i])
      random_sum = random_sum + distance(x[i], x[order[i]])
    end
    assert.near(pairs_sum / random_sum, measure.invariance(identity, a, b, {seed = 9}), 1e-5)
  end)

  it("gives several layers from one pass", function()
    local a, b = pictures(5, 50), pictures(6, 50)
    local both = measure.invariance(identity, a, b, {layer = {"one", "two"}, metric = "cos"})
    assert.equal(both.one, both.two)
    assert.equal(both.one, measure.invariance(identity, a, b, {metric = "cos"}))
  end)

  it("refuses twins of different size", function()
    local five, six = pictures(1, 5), pictures(1, 6)
    assert.error_matches(function() measure.invariance(identity, five, six) end,
      "measure.invariance: the twins have 5 and 6 samples")
  end)

  it("refuses metrics it does not know, and too few samples for cka", function()
    local three = pictures(1, 3)
    assert.error_matches(function()
      measure.invariance(identity, three, three, {metric = {"l2", "l3"}})
    end, "measure.invariance: option metric: one of")
    assert.error_matches(function()
      measure.invariance(identity, three, three, {metric = {"l2", "cka"}})
    end, "measure.invariance: cka needs at least 4 samples, got 3")
  end)
end)
