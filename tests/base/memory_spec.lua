local base = require "invar.core.base"
local program = require "support.program"
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

-- By how many MB memory grows in a loop of 400 temporaries of 4 MB, beside
-- 256 MB that live, after a peak of 1 GB that is over.
local loop_script = [[
local invar = require "invar"
local tensor = invar.tensor
tensor.zeros({1 << 30}, {dtype = "uint8"}):close()
local kept = tensor.zeros({1 << 28}, {dtype = "uint8"})
collectgarbage()
local before, highest = invar.memory(), 0
for _ = 1, 400 do
  local _ = tensor.zeros(1 << 20)
  highest = math.max(highest, (invar.memory()))
end
print((highest - before) >> 20, kept:count())
]]

describe("garbage", function()
  it("is collected before it takes much", function()
    local file = program.file(loop_script)
    local output, code = program.shell("invar " .. file)
    os.remove(file)
    assert.equal(0, code, output)
    assert(tonumber(output:match "^%d+") <= 72, output)
  end)
end)
