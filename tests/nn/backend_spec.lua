-- Two backends, one set of numbers. What convolution is, is tested in
-- layers_spec.lua; here the backends are held against each other where they
-- cut batches, pack weights and choose algorithms.
local invar = require "invar"
local backends = require "support.backends"
local program = require "support.program"
local scarcity = require "support.scarcity"
local rng, tensor = invar.rng, invar.tensor
local fn = invar.nn.functional

local with_each, has_onednn = backends.each, backends.has_onednn

-- The output and the gradients of a convolution of what `case` says.
local function convolve(case, threads)
  local before = invar.threads()
  invar.threads(threads or before)
  local x = tensor.randn(rng.new(1), case.x):requires_grad_()
  local w = tensor.randn(rng.new(2), case.w):requires_grad_()
  local bias = case.bias and tensor.randn(rng.new(3), case.w[1])
  local y = fn.conv2d(x, w, bias, case.options)
  y:backward(tensor.randn(rng.new(4), y:shape()))
  invar.threads(before)
  return {y:detach(), x:grad(), w:grad()}
end

local cases = {
  ["one channel"] = {x = {3, 5, 4, 1}, w = {1, 1, 3, 3}, options = {padding = 1}},
  ["a rest of the batch"] = {x = {37, 9, 9, 5}, w = {20, 5, 3, 3}, bias = true},
  ["a pointwise stride"] = {x = {9, 8, 8, 64}, w = {128, 64, 1, 1}, options = {stride = 2}},
  ["Winograd's shape"] = {x = {5, 7, 9, 33}, w = {40, 33, 3, 3}, options = {padding = 1}},
  ["depthwise"] = {x = {4, 9, 9, 24}, w = {24, 1, 3, 3}, bias = true,
    options = {groups = 24, padding = 1}},
  ["groups of many"] = {x = {3, 6, 6, 24}, w = {12, 8, 3, 3}, options = {groups = 3}},
  ["more channels out than in"] = {x = {2, 5, 5, 4}, w = {12, 1, 2, 2}, options = {groups = 4}},
  ["dilation"] = {x = {2, 9, 11, 7}, w = {9, 7, 3, 3}, options = {dilation = 2, padding = 2}},
  ["a wide kernel"] = {x = {1, 11, 5, 6}, w = {17, 6, 7, 3}, options = {padding = 3}},
  ["a stride over the kernel"] = {x = {2, 13, 13, 3}, w = {5, 3, 2, 2}, options = {stride = 5}},
  ["one pixel"] = {x = {130, 1, 1, 70}, w = {30, 70, 1, 1}},
  ["patches"] = {x = {3, 32, 32, 3}, w = {96, 3, 4, 4}, options = {stride = 4}},
}

describe("the backends", function()
  it("are chosen by name", function()
    local before = invar.backend()
    assert.equal("blas", invar.backend "blas")
    assert.equal("blas", invar.backend())
    assert.equal(before, invar.backend(before))
    assert.has_error(function() invar.backend "mkl" end,
      'invar.backend: "mkl" is no backend: onednn or blas expected')
    assert.has_error(function() invar.backend(1 == 1) end)
    assert.equal(before, invar.backend())
  end)

  it("are chosen by the environment when the program starts", function()
    local function backend(setting)
      return program.shell("INVAR_BACKEND=" .. setting
        .. [[ invar -e 'print(require "invar".backend())']])
    end
    assert.equal("blas\n", backend "blas")
    assert.equal(has_onednn and "onednn\n" or "blas\n", backend "")
    local output, code = backend "oneDNN"
    assert.equal('invar: INVAR_BACKEND: "oneDNN" is no backend: onednn or blas expected\n',
      output)
    assert.equal(1, code)
    output, code = backend "onednn"
    if has_onednn then
      assert.equal("onednn\n", output)
    else
      assert.matches("apt%-get install libdnnl", output)
      assert.equal(1, code)
    end
  end)

  for name, case in pairs(cases) do
    it("agree on " .. name, function()
      local results = with_each(function() return convolve(case) end)
      for i = 1, #results[1] do
        local wanted, got = results[1][i], results[#results][i]
        local largest = wanted:abs():max():item()
        assert.is_true(got:allclose(wanted, {rtol = 0, atol = 1e-5 * largest}))
      end
    end)

    it("have the same bits for every number of threads, " .. name, function()
      with_each(function()
        local wanted = convolve(case, 1)
        for threads = 2, 3 do
          local got = convolve(case, threads)
          for i = 1, #wanted do assert.is_true(got[i]:equal(wanted[i])) end
        end
      end)
    end)
  end

  it("agree on products of matrices, for every number of threads", function()
    for _, size in ipairs {{3, 5, 7}, {300, 1100, 40}, {20, 30, 9000}} do
      local a = tensor.randn(rng.new(1), size[1], size[3])
      local b = tensor.randn(rng.new(2), size[2], size[3]):t()
      local wanted = a:to("float64"):matmul(b:to("float64")):to("float32")
      local threads = invar.threads()
      with_each(function()
        local first = a:matmul(b)
        assert.is_true(first:allclose(wanted, {rtol = 1e-5, atol = 1e-3}))
        for n = 1, 3 do
          invar.threads(n)
          assert.is_true(a:matmul(b):equal(first))
          assert.is_true(b:t():matmul(a:t()):allclose(wanted:t(), {rtol = 1e-5, atol = 1e-3}))
        end
        invar.threads(threads)
      end)
    end
  end)

  it("fail cleanly where memory is short", function()
    with_each(function()
      for _, name in ipairs {"a rest of the batch", "depthwise", "a pointwise stride"} do
        scarcity(function() convolve(cases[name]) end)
      end
    end)
  end)

  it("keep a bounded number of prepared convolutions", function()
    local w = tensor.ones(1, 1, 1, 1)
    local live
    with_each(function()
      for size = 1, 1500 do
        assert.equal(size, fn.conv2d(tensor.ones(1, 1, size, 1), w):sum():item())
        if size == 1200 then
          collectgarbage()
          live = invar.memory()
        end
      end
      collectgarbage()
      assert.is_true(invar.memory() < live + 1e6)
    end)
  end)
end)
