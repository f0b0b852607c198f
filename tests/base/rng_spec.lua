local rng = require "invar.rng"

local function moments(n, draw)
  local sum, squares = 0, 0
  for _ = 1, n do
    local v = draw()
    sum, squares = sum + v, squares + v * v
  end
  return sum / n, squares / n - (sum / n) ^ 2
end

-- Pearson's statistic of counts against equal expectations.
local function chi_squared(counts, expected)
  local sum = 0
  for _, count in ipairs(counts) do sum = sum + (count - expected) ^ 2 / expected end
  return sum
end

describe("rng", function()
  it("is Philox 4x32-10: the known answers of Random123", function()
    local ones = 0xffffffff
    local cases = {
      {{0, 0, 0, 0}, {0, 0}, {0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}},
      {{ones, ones, ones, ones}, {ones, ones},
        {0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}},
      {{0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, {0xa4093822, 0x299f31d0},
        {0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}},
    }
    for _, case in ipairs(cases) do assert.same(case[3], rng.philox(case[1], case[2])) end
    -- A generator counts blocks from 0 under its seed: the first 64 bits.
    local words = rng.philox({0, 0, 0, 0}, {7, 0})
    local bits = words[2] << 32 | words[1]
    assert.equal((bits >> 11) * 2.0 ^ -53, rng.new(7):uniform())
  end)

  it("draws the same from the same seed, stream and index", function()
    local a, b = rng.new(7):at("transform", 42), rng.new(7):at("transform", 42)
    for _ = 1, 10 do assert.equal(a:uniform(), b:uniform()) end
    local c = a:copy()
    assert.equal(a:normal(), c:normal())
  end)

  it("gives independent streams, whatever the parent drew", function()
    local parent = rng.new(7)
    local first = parent:at("a", 1):uniform()
    parent:uniform()
    assert.equal(first, parent:at("a", 1):uniform())
    local seen = {[first] = true}
    for _, r in ipairs {parent:at("a", 2), parent:at("b", 1), rng.new(8):at("a", 1),
      parent:at("a", 1):at("a", 1), parent} do
      local v = r:uniform()
      assert.is_nil(seen[v])
      seen[v] = true
    end
  end)

  it("has the moments of its distributions", function()
    local r = rng.new(11)
    local n = 40000
    local mean, variance = moments(n, function() return r:uniform(2, 5) end)
    assert.near(3.5, mean, 0.02)
    assert.near(0.75, variance, 0.02)
    mean, variance = moments(n, function() return r:normal(1, 2) end)
    assert.near(1, mean, 0.04)
    assert.near(4, variance, 0.12)
    mean = moments(n, function() return r:bernoulli(0.3) and 1 or 0 end)
    assert.near(0.3, mean, 0.01)
    for _, ab in ipairs {{2, 3}, {0.5, 0.5}, {5, 1}, {0.01, 0.01}} do
      local a, b = ab[1], ab[2]
      mean, variance = moments(n, function() return r:beta(a, b) end)
      assert.near(a / (a + b), mean, 0.01)
      assert.near(a * b / ((a + b) ^ 2 * (a + b + 1)), variance, 0.01)
    end
  end)

  it("draws integers without bias", function()
    local r, counts = rng.new(3), {}
    for i = 1, 7 do counts[i] = 0 end
    for _ = 1, 35000 do
      local i = r:integer(7)
      counts[i] = counts[i] + 1
    end
    assert.is_true(chi_squared(counts, 5000) < 22.5) -- p = 0.001 for 6
    for _ = 1, 1000 do
      local v = r:integer(-2, 2)
      assert.is_true(v >= -2 and v <= 2)
    end
    assert.equal(5, r:integer(5, 5))
    assert.equal("integer", math.type(r:integer(math.mininteger, math.maxinteger)))
    -- In 0 .. 3 * 2^61, which 2^64 is no multiple of, a remainder would make
    -- the lower third more frequent.
    local low = 0
    for _ = 1, 9000 do
      if r:integer(0, 3 * 2 ^ 61 - 1) < 2 ^ 61 then low = low + 1 end
    end
    assert.near(3000, low, 150)
  end)

  it("permutes uniformly", function()
    local r, counts = rng.new(5), {}
    for _ = 1, 24000 do
      local key = table.concat(r:permutation(4))
      counts[key] = (counts[key] or 0) + 1
    end
    local list = {}
    for _, count in pairs(counts) do list[#list + 1] = count end
    assert.equal(24, #list)
    assert.is_true(chi_squared(list, 1000) < 49.8) -- p = 0.001 for 23
    assert.same({}, r:permutation(0))
  end)

  it("chooses without replacement", function()
    local r, counts = rng.new(6), {0, 0, 0, 0, 0, 0}
    for _ = 1, 8000 do
      local picks = r:choice(6, 3)
      local a, b, c = table.unpack(picks)
      assert.is_true(a ~= b and b ~= c and a ~= c)
      for _, i in ipairs(picks) do counts[i] = counts[i] + 1 end
    end
    assert.is_true(chi_squared(counts, 4000) < 20.6) -- p = 0.001 for 5
    local names = r:choice({"a", "b", "c"}, 3)
    table.sort(names)
    assert.same({"a", "b", "c"}, names)
  end)

  it("draws categories in proportion to their weights", function()
    local r, counts = rng.new(8), {0, 0, 0, 0}
    for _ = 1, 20000 do
      local i = r:categorical {1, 0, 3, 6}
      counts[i] = counts[i] + 1
    end
    assert.equal(0, counts[2])
    assert.near(2000, counts[1], 150)
    assert.near(6000, counts[3], 230)
    assert.near(12000, counts[4], 250)
  end)

  it("names function and argument in errors", function()
    local r = rng.new(1)
    local cases = {
      {'rng.new: argument 1: integer expected, got "x"', rng.new, "x"},
      {"rng:at: argument 1: string expected", r.at, r, 5},
      {"rng:at: argument 2: integer >= 0", r.at, r, "a", -1},
      {"rng:uniform: argument 2", r.uniform, r, 2, 1},
      {"rng:integer: argument 1", r.integer, r, 0},
      {"rng:normal: argument 2", r.normal, r, 0, -1},
      {"rng:normal: argument 1", r.normal, r, 0 / 0},
      {"rng:beta: argument 1", r.beta, r, 0, 1},
      {"rng:bernoulli: argument 1", r.bernoulli, r, 1.5},
      {"no weight is positive", r.categorical, r, {0, 0}},
      {"weight 1 is not", r.categorical, r, {-1}},
      {"rng:choice: argument 2", r.choice, r, 3, 4},
      {"rng.philox: argument 1: a list of 4 words", rng.philox, {1}, {1, 2}},
      {"rng.philox: argument 2: word 2", rng.philox, {1, 2, 3, 4}, {1, -1}},
      {"rng:uniform: self: rng expected", r.uniform, 5},
    }
    for _, case in ipairs(cases) do
      local ok, message = pcall(table.unpack(case, 2))
      assert.is_false(ok)
      assert.is_truthy(message:find(case[1], 1, true), message)
    end
  end)
end)
