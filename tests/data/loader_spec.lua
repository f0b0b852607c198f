-- ds:batches: order, coverage, the thread's end, its errors.
local data = require "invar.data"
local invar = require "invar"
local tensor = require "invar.tensor"

--- A dataset whose sample i has the value and the label i.
local function numbered(n)
  local x, y = {}, {}
  for i = 1, n do x[i], y[i] = {i}, i end
  return data.tensors {x = tensor(x), y = tensor(y):to("int32")}
end

--- The labels in the order in which they come, and the sizes of the batches.
local function run(ds, options)
  local order, sizes = {}, {}
  for x, y in ds:batches(options) do
    sizes[#sizes + 1] = #y
    for k = 1, #y do
      order[#order + 1] = y[k]:item()
      assert.equal(y[k]:item(), x[k]:item())
    end
  end
  return order, sizes
end

local function sorted(list)
  local copy = table.move(list, 1, #list, 1, {})
  table.sort(copy)
  return copy
end

local function count_to(n)
  local list = {}
  for i = 1, n do list[i] = i end
  return list
end

describe("ds:batches", function()
  local ds = numbered(23)

  it("gives every sample once in each epoch, the last batch smaller", function()
    for _, prefetch in ipairs {0, 1, 2, 7} do
      local order, sizes = run(ds, {size = 5, prefetch = prefetch})
      assert.same(count_to(23), sorted(order))
      assert.same({5, 5, 5, 5, 3}, sizes)
      order, sizes = run(ds, {size = 5, prefetch = prefetch, drop_last = true})
      assert.equal(20, #order)
      assert.same({5, 5, 5, 5}, sizes)
    end
  end)

  it("keeps the order when it is not to shuffle", function()
    assert.same(count_to(23), (run(ds, {size = 4, shuffle = false})))
  end)

  it("has an order that is a function of seed and epoch alone", function()
    local first = run(ds, {size = 5, seed = 4, epoch = 2})
    assert.not_same(count_to(23), first)
    assert.same(first, (run(ds, {size = 7, seed = 4, epoch = 2, prefetch = 0})))
    assert.not_same(first, (run(ds, {size = 5, seed = 4, epoch = 3})))
    assert.not_same(first, (run(ds, {size = 5, seed = 5, epoch = 2})))
  end)

  it("shuffles uniformly", function()
    local set, sum, n = numbered(5), {0, 0, 0, 0, 0}, 2000
    for epoch = 1, n do
      local place = 0
      for _, y in set:batches {size = 5, epoch = epoch, prefetch = 0} do
        for k = 1, 5 do if y[k]:item() == 3 then place = k end end
      end
      sum[place] = sum[place] + 1
    end
    for k = 1, 5 do
      assert.is_true(math.abs(sum[k] / n - 0.2) < 4 * math.sqrt(0.16 / n))
    end
  end)

  it("gives the batches that ds:batch gives", function()
    local set = data.transforms2d {n = 50, transforms = {"rotate", "blur", "noise"}}
    local first = 1
    for x, y in set:batches {size = 16, shuffle = false} do
      local xs, ys = set:batch(first, math.min(first + 15, 50))
      assert.equal(1, x:eq(xs):to("int32"):min():item())
      assert.equal(1, y:eq(ys):to("int32"):min():item())
      first = first + 16
    end
    assert.equal(65, first)
    for x in set:batches {size = 50, dtype = "uint8"} do assert.equal("uint8", x:dtype()) end
  end)

  it("gives batches that stay as they are", function()
    local kept = {}
    for x in ds:batches {size = 1, shuffle = false} do kept[#kept + 1] = x end
    for i = 1, 23 do assert.equal(i, kept[i]:item()) end
  end)

  it("begins with any batch, with the same bits", function()
    for _, prefetch in ipairs {0, 2} do
      local whole, rest = {}, {}
      for x in ds:batches {size = 5, prefetch = prefetch} do whole[#whole + 1] = x:totable() end
      local it = ds:batches {size = 5, prefetch = prefetch, first = 3}
      assert.equal(3, #it)
      for x in it do rest[#rest + 1] = x:totable() end
      assert.same({whole[3], whole[4], whole[5]}, rest)
      for first = 6, 8 do
        it = ds:batches {size = 5, prefetch = prefetch, first = first}
        assert.equal(0, #it)
        assert.is_nil(it())
      end
    end
  end)

  it("counts its batches", function()
    assert.equal(5, #ds:batches {size = 5})
    assert.equal(4, #ds:batches {size = 5, drop_last = true})
    assert.equal(0, #ds:batches {size = 24, drop_last = true})
    assert.same({}, (run(ds, {size = 24, drop_last = true})))
  end)
end)

describe("the thread of ds:batches", function()
  local function threads()
    local count = 0
    collectgarbage() -- iterators of earlier tests
    collectgarbage()
    for line in io.lines("/proc/self/status") do
      count = tonumber(line:match("^Threads:%s*(%d+)")) or count
    end
    return count
  end

  local set = data.transforms2d {n = 5000, transforms = {"rotate", "hue"}}

  it("ends when the loop is left, by break or error", function()
    local before = threads()
    for _ = 1, 20 do
      for x in set:batches {size = 32} do
        if x then break end
      end
      pcall(function()
        for x in set:batches {size = 4000} do error(x) end
      end)
    end
    assert.equal(before, threads())
  end)

  it("ends when the iterator is closed or collected", function()
    local before = threads()
    local it = set:batches {size = 32}
    it()
    it:close()
    it:close()
    assert.is_nil(it())
    for _ = 1, 20 do
      it = set:batches {size = 32}
      it()
    end
    it = nil -- luacheck: ignore
    collectgarbage()
    collectgarbage()
    assert.equal(before, threads())
  end)

  it("may outlive the dataset's own variable", function()
    local it = data.transforms2d({n = 64, transforms = {"rotate"}}):batches {size = 16}
    collectgarbage()
    collectgarbage()
    local count = 0
    for x in it do count = count + #x end
    assert.equal(64, count)
  end)

  it("lets many iterators run side by side", function()
    local a, b = set:batches {size = 64, seed = 1}, set:batches {size = 64, seed = 1}
    for _ = 1, 5 do
      local xa, ya = a()
      local xb, yb = b()
      assert.equal(1, xa:eq(xb):to("int32"):min():item())
      assert.equal(1, ya:eq(yb):to("int32"):min():item())
    end
    a:close()
    b:close()
  end)

  it("passes its errors to the caller, and then it is over", function()
    local testing = require "invar.core.testing"
    local small = data.transforms2d {n = 2000, transforms = {"rotate"}}
    for nth = 1, 12 do
      collectgarbage()
      testing.fail_at(nth, true)
      local ok, message = pcall(function()
        for _ in small:batches {size = 500} do end -- luacheck: ignore
      end)
      testing.fail_at(0)
      assert.is_false(ok)
      assert.matches("not enough memory", message)
    end
    local count = 0
    for _, y in small:batches {size = 500} do count = count + #y end
    assert.equal(2000, count)
  end)

  it("is let go at exit", function()
    local program = ([[
      local data = require "invar.data"
      local set = data.transforms2d {n = 100000, transforms = {"rotate"}}
      for x in set:batches {size = 256} do %s end
    ]])
    local me = io.open("/proc/self/cmdline"):read("a"):match("^[^%z]+")
    for _, case in ipairs {{"os.exit(7)", 7}, {"os.exit(7, true)", 7}, {"error('x')", 1}} do
      local path = os.tmpname()
      local file = io.open(path, "w")
      file:write(program:format(case[1]))
      file:close()
      local _, kind, code = os.execute(("timeout 60 %s %s 2>/dev/null"):format(me, path))
      os.remove(path)
      assert.same({"exit", case[2]}, {kind, code})
    end
  end)

  it("works beside a caller with any number of threads", function()
    local before = invar.threads()
    local reference = set:batch(1, 64)
    for count = 1, 3 do
      invar.threads(count)
      local x = set:batches {size = 64, shuffle = false}()
      assert.equal(1, x:eq(reference):to("int32"):min():item())
    end
    invar.threads(before)
  end)
end)
