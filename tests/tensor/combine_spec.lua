local tensor = require "invar.tensor"

local function values(t) return t:totable() end
local function int(list) return tensor(list, {dtype = "int32"}) end

describe("tensor joining and picking", function()
  local a
  before_each(function() a = tensor {{1, 2, 3}, {4, 5, 6}} end)

  it("joins and cuts", function()
    assert.same({{1, 2, 3}, {4, 5, 6}, {7, 8, 9}},
      values(tensor.cat {a, tensor {{7, 8, 9}}}))
    assert.same({{1, 2, 3, 0}, {4, 5, 6, 0}},
      values(tensor.cat({a, tensor.zeros(2, 1)}, -1)))
    assert.equal("float64", tensor.cat {a, a:to "float64"}:dtype())
    assert.same({{1, 3}, {2, 4}}, values(tensor.stack({tensor {1, 2}, tensor {3, 4}}, 2)))
    local parts = a:split(2, 2)
    assert.same({{3}, {6}}, values(parts[2]))
    assert.is_true(tensor.cat(parts, 2):equal(a))
    parts = a:split({1, 0, 2}, 2)
    assert.same({{2, 3}, {5, 6}}, values(parts[3]))
    assert.equal(3, #tensor.arange(10):chunk(3))
    assert.same({9, 10}, values(tensor.arange(10):chunk(3)[3]))
  end)

  it("picks by position", function()
    assert.same({{3, 1}, {6, 4}}, values(a:index_select(2, int {3, 1})))
    assert.same({{1}, {6}}, values(a:gather(2, int {{1}, {3}})))
    assert.same({{4, 2, 3}}, values(a:gather(1, int {{2, 1, 1}})))
    assert.same({{1}, {6}}, values(a:t():contiguous():t():gather(2, int {{1}, {-1}})))
    assert.same({1, 6}, values(a:masked_select(tensor({{1, 0, 0}, {0, 0, 1}},
      {dtype = "uint8"}))))
    assert.same({{0, 2, 3}, {0, 5, 6}}, values(a:masked_fill(a[1]:eq(1), 0)))
    assert.same({{0, 0, 1}, {1, 0, 0}}, values(int {3, 1}:one_hot(3)))
  end)

  it("makes diagonals and triangles", function()
    assert.same({{0, 1, 0}, {0, 0, 2}, {0, 0, 0}}, values(tensor {1, 2}:diag(1)))
    assert.same({1, 5}, values(a:diag()))
    assert.same({4}, values(a:diag(-1)))
    assert.same({}, values(a:diag(5)))
    assert.same({{1, 0, 0}, {4, 5, 0}}, values(a:tril()))
    assert.same({{0, 2, 3}, {0, 0, 6}}, values(a:triu(1)))
  end)

  it("sorts stably, with NaN last", function()
    local nan = 0 / 0
    local v, p = tensor {2, nan, 1, 2, 1}:sort()
    assert.same({3, 5, 1, 4, 2}, values(p))
    assert.same({1, 1, 2, 2}, values(v[{{1, 4}}]))
    v, p = tensor {2, nan, 1, 2, 1}:sort(1, {descending = true})
    assert.same({1, 4, 3, 5, 2}, values(p))
    assert.same({2, 2, 1, 1}, values(v[{{1, 4}}]))
    local x = tensor.load("tests/fixtures/tensor/a.npy")
    local wanted = tensor.load("tests/fixtures/tensor/a_argsort_1.npy")
    assert.is_true(x:argsort(2):equal(wanted))
    v, p = x:sort(2)
    assert.is_true(x:gather(2, p):equal(v))
    v, p = a:topk(2)
    assert.same({{3, 2}, {6, 5}}, values(v))
    assert.same({{3, 2}, {3, 2}}, values(p))
    assert.same({{1}, {4}}, values((a:topk(1, 2, {smallest = true}))))
    local u, counts = tensor {3, 1, 3, 3}:unique()
    assert.same({1, 3}, values(u))
    assert.same({1, 3}, values(counts))
  end)

  it("sorts long lines as Lua does", function()
    local rng = require "invar.rng"
    local x = tensor.randn(rng.new(1), 5000)
    local list = values(x)
    table.sort(list)
    assert.same(list, values((x:sort())))
  end)

  it("compares whole tensors", function()
    assert.is_true(a:equal(a:clone()))
    assert.is_false(a:equal(a:t()))
    assert.is_false(a:equal(a + 1e-6))
    assert.is_true(a:allclose(a + 1e-6))
    assert.is_false(tensor {0 / 0}:allclose(tensor {0 / 0}))
    assert.is_true(tensor {0 / 0}:allclose(tensor {0 / 0}, {equal_nan = true}))
    assert.is_false(tensor {1 / 0}:allclose(tensor {1}))
    assert.is_true(tensor {1 / 0}:allclose(tensor {1 / 0}))
  end)

  it("refuses what does not fit", function()
    local cases = {
      {"tensor.cat: argument 1: list of tensors expected", tensor.cat, {}},
      {"member 2 is not an open tensor", tensor.cat, {a, 1}},
      {"do not join along dimension 1", tensor.cat, {a, tensor.ones(2, 2)}},
      {"differ", tensor.stack, {a, a:t()}},
      {"sizes sum to 2", a.split, a, {1, 1}, 2},
      {"size 2 is not an integer in 0 .. 2", a.split, a, {1, 5}, 2},
      {"position 4 is not in 1 .. 3", a.gather, a, 2, int {{4}}},
      {"position 0 is not", a.index_select, a, 1, int {0}},
      {"positions are int32", a.index_select, a, 1, tensor {1}},
      {"positions are a vector", a.index_select, a, 1, int {{1}}},
      {"do not fit", a.gather, a, 1, int {1}},
      {"label 4 is not in 1 .. 3", a.one_hot, int {4}, 3},
      {"integer in 0 .. 3", a.topk, a, 4},
      {"no dimensions", a.sort, tensor(1)},
      {"no option \"desc\"", a.sort, a, 1, {desc = true}},
    }
    for _, case in ipairs(cases) do
      local ok, message = pcall(table.unpack(case, 2))
      assert.is_false(ok)
      assert.is_truthy(message:find(case[1]), message)
    end
  end)
end)
