local base = require "invar.core.base"
local testing = require "invar.core.testing"
local tensor = require "invar.tensor"

describe("the allocator", function()
  before_each(function()
    collectgarbage()
    collectgarbage()
  end)

  it("counts what is held", function()
    local before = base.memory()
    local t = tensor.zeros(1000)
    local now, peak = base.memory()
    assert.is_true(now - before >= 4000 and now - before < 4200)
    assert.is_true(peak >= now)
    t:close()
    assert.equal(before, (base.memory()))
  end)

  it("fails where it is told to", function()
    local count = testing.allocations()
    tensor.zeros(2):close()
    local each = testing.allocations() - count
    assert.is_true(each >= 1)
    testing.fail_at(each + 1)
    local first = pcall(tensor.zeros, 2)
    local second = pcall(tensor.zeros, 2)
    local third = pcall(tensor.zeros, 2)
    testing.fail_at(0)
    assert.same({true, false, true}, {first, second, third})
    testing.fail_at(1, true)
    first, second = pcall(tensor.zeros, 2), pcall(tensor.zeros, 2)
    testing.fail_at(0)
    assert.is_false(first or second)
  end)

  it("refuses what no machine has, with the number of bytes", function()
    local ok, message = pcall(tensor.zeros, 2 ^ 59)
    assert.is_false(ok)
    local wanted = "not enough memory for 2305843009213693952 bytes"
    assert.is_truthy(message:find(wanted, 1, true), message)
  end)
end)
