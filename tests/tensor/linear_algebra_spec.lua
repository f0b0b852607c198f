local tensor = require "invar.tensor"
local rng = require "invar.rng"

local function fixture(name)
  return tensor.load("tests/fixtures/tensor/" .. name .. ".npy")
end

-- The product by its definition, in Lua.
local function product(a, b)
  local x, y, out = a:totable(), b:totable(), {}
  for i = 1, #x do
    out[i] = {}
    for j = 1, #y[1] do
      local sum = 0
      for k = 1, #y do sum = sum + x[i][k] * y[k][j] end
      out[i][j] = sum
    end
  end
  return tensor(out, {dtype = "float64"})
end

describe("tensor products", function()
  it("follow the definition for every layout", function()
    local r = rng.new(3)
    local a, b = tensor.randn(r, 7, 9), tensor.randn(r, 9, 5)
    local wanted = product(a, b)
    local layouts = {
      function(t) return t end,
      function(t) return t:t():contiguous():t() end,
      function(t) return t:flatten():unsqueeze(2):expand(t:count(), 2)
        :contiguous():select(2, 1):reshape(t:shape()) end,
      function(t)
        local wide = tensor.zeros(2 * t:size(1), 3 * t:size(2))
        local part = wide[{{1, -1, 2}, {1, t:size(2)}}]
        part:copy_(t)
        return part
      end,
      function(t)
        return t[{{-1, 1, -1}}]:contiguous()[{{-1, 1, -1}}]
      end,
    }
    for _, f in ipairs(layouts) do
      for _, g in ipairs(layouts) do
        assert.is_true(f(a):matmul(g(b)):to "float64":allclose(wanted, {atol = 1e-5}))
      end
    end
    assert.is_true(a:to "float64":matmul(b:to "float64"):allclose(wanted, {atol = 1e-12}))
  end)

  it("of vectors, batches and sizes of nothing as NumPy", function()
    local a = tensor {{1, 2}, {3, 4}}
    assert.same({5, 11}, a:matmul(tensor {1, 2}):totable())
    assert.same({7, 10}, tensor {1, 2}:matmul(a):totable())
    assert.equal(11, tensor {1, 2}:dot(tensor {3, 4}):item())
    assert.same({{3, 4}, {6, 8}}, tensor {1, 2}:outer(tensor {3, 4}):totable())
    local wanted = fixture "a_matmul_c"
    assert.is_true(fixture "a":matmul(fixture "c"):allclose(wanted, {atol = 1e-9}))
    assert.same({2, 4}, tensor.ones(2, 0):matmul(tensor.ones(0, 4)):shape())
    assert.equal(0, tensor.ones(2, 0):matmul(tensor.ones(0, 4)):sum():item())
    assert.same({0, 4}, tensor.ones(0, 3):matmul(tensor.ones(3, 4)):shape())
  end)

  it("sum long dimensions in parts, exactly for integers", function()
    local a = tensor.randint(rng.new(1), -3, 3, 20000, 3)
    local exact = a:t():matmul(a)
    assert.equal("int32", exact:dtype())
    local f = a:to "float32"
    assert.is_true(f:t():matmul(f):equal(exact:to "float32"))
    for i = 1, 3 do
      assert.equal((a[{{}, i}] * a[{{}, 2}]):sum():item(), exact[{i, 2}]:item())
    end
  end)

  it("refuse shapes that do not fit", function()
    local ok, message = pcall(function()
      return tensor.ones(2, 3):matmul(tensor.ones(2, 3))
    end)
    assert.is_false(ok)
    assert.is_truthy(message:find("shapes 2x3 and 2x3 do not multiply", 1, true), message)
    assert.has_error(function() tensor(1):matmul(tensor.ones(2)) end)
    assert.has_error(function() tensor.ones(2, 2, 3):matmul(tensor.ones(3, 3, 2)) end)
    assert.has_error(function() tensor.ones(2, 2):dot(tensor.ones(2)) end)
  end)
end)

describe("tensor decompositions", function()
  local a, g, eye
  before_each(function()
    a = tensor.randn(rng.new(9), 6, 4):to "float64"
    g = a:t():matmul(a)
    eye = tensor.eye(4, {dtype = "float64"})
  end)
  local near = {atol = 1e-12}

  it("multiply back", function()
    local u, s, vt = a:svd()
    assert.is_true((u * s):matmul(vt):allclose(a, near))
    assert.is_true(u:t():matmul(u):allclose(eye, near))
    assert.is_true(vt:matmul(vt:t()):allclose(eye, near))
    assert.is_true(s:allclose(a:svdvals(), near))
    assert.is_true(s:equal((s:sort(1, {descending = true}))))
    local w, v = g:eigh()
    assert.is_true((v * w):matmul(v:t()):allclose(g, near))
    assert.is_true(w:sqrt():allclose((s:sort()), near))
    assert.is_true(w:allclose(g:eigvalsh(), near))
    for _, x in ipairs {a, a:t(), g} do
      local q, r = x:qr()
      assert.is_true(q:matmul(r):allclose(x, near))
      assert.is_true(r:equal(r:triu()))
      assert.is_true(q:t():matmul(q):allclose(
        tensor.eye(q:size(2), {dtype = "float64"}), near))
    end
    local l = g:cholesky()
    assert.is_true(l:matmul(l:t()):allclose(g, near))
    assert.is_true(l:equal(l:tril()))
  end)

  it("solve", function()
    local x = tensor.randn(rng.new(2), 4, 3):to "float64"
    assert.is_true(g:solve(g:matmul(x)):allclose(x, {atol = 1e-10}))
    assert.same({4}, g:solve(tensor.ones(4)):shape())
    assert.is_true(g:inverse():matmul(g):allclose(eye, {atol = 1e-11}))
    assert.near(-2, tensor {{1, 2}, {3, 4}}:det():item(), 1e-6)
    assert.near(g:eigvalsh():prod():item(), g:det():item(), 1e-9)
    -- The residual of least squares is orthogonal to the columns.
    local b = tensor.randn(rng.new(4), 6):to "float64"
    assert.is_true(a:t():matmul(a:matmul(a:lstsq(b)) - b):allclose(
      tensor.zeros(4, {dtype = "float64"}), {atol = 1e-12}))
    -- Of all solutions of a flat system, the shortest.
    local flat = tensor {{3, 4}}:lstsq(tensor {25})
    assert.is_true(flat:allclose(tensor {3, 4}, {atol = 1e-5}))
  end)

  it("keep float32 for float32 and take views", function()
    local f = a:to "float32"
    assert.equal("float32", f:svdvals():dtype())
    assert.is_true(f:t():svdvals():allclose(f:svdvals(), {atol = 1e-6}))
  end)

  it("refuse what has no answer", function()
    local nan = tensor {{1, 0 / 0}, {1, 2}}
    local cases = {
      {"NaN or infinity", nan.svd, nan}, {"NaN or infinity", nan.qr, nan},
      {"NaN or infinity", nan.eigh, nan}, {"NaN or infinity", nan.det, nan},
      {"square matrix", a.inverse, a}, {"square matrix", a.cholesky, a},
      {"singular", nan.inverse, tensor.ones(2, 2)},
      {"singular", nan.solve, tensor.zeros(2, 2), tensor.ones(2)},
      {"not positive definite", nan.cholesky, -eye},
      {"4 rows expected", g.solve, g, tensor.ones(3)},
      {"a matrix expected", nan.svd, tensor.ones(2, 2, 2)},
      {"not possible", nan.svd, tensor.zeros(0, 2)},
      {"rcond", a.lstsq, a, tensor.ones(6), {rcond = -1}},
    }
    for _, case in ipairs(cases) do
      local ok, message = pcall(table.unpack(case, 2))
      assert.is_false(ok)
      assert.is_truthy(message:find(case[1]), message)
    end
  end)
end)
