local base = require "invar.core.base"
local tensor = require "invar.tensor"

describe("parallel loops", function()
  local threads = base.threads()
  after_each(function() base.threads(threads) end)

  it("visit every element once for any number of threads", function()
    for _, n in ipairs {1, 2, 3, 7, 64} do
      assert.equal(n, base.threads(n))
      for _, count in ipairs {0, 1, 32767, 32768, 32769, 200001} do
        local t = tensor.zeros(count)
        t:add_(1)
        assert.equal(count, t:sum():item())
      end
    end
  end)

  it("report the failure of the first chunk that fails", function()
    local t = tensor.ones(200000, {dtype = "int32"})
    t[150000] = 0
    for _, n in ipairs {1, 2, 5} do
      base.threads(n)
      local ok, message = pcall(function() return 5 // t end)
      assert.is_false(ok)
      assert.is_truthy(message:find("integer division by zero", 1, true), message)
    end
  end)

  it("refuse impossible numbers of threads", function()
    assert.has_error(function() base.threads(0) end)
    assert.has_error(function() base.threads(1025) end)
    assert.has_error(function() base.threads("x") end)
  end)
end)
