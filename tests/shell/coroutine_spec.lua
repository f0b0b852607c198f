-- coroutine.resume and wrap are the program's own (src/shell/interrupt.c): they
-- must do what Lua's manual says.
describe("coroutines", function()
  it("pass values both ways", function()
    local co = coroutine.create(function(a, b)
      local c = coroutine.yield(a + b, "x")
      local d, e = coroutine.yield(c)
      return d, e, nil
    end)
    assert.same({true, 3, "x"}, {coroutine.resume(co, 1, 2)})
    assert.same({true, 7}, {coroutine.resume(co, 7)})
    local last = table.pack(coroutine.resume(co, 8, 9))
    assert.same({true, 8, 9, nil, n = 4}, last)
    assert.same({false, "cannot resume dead coroutine"}, {coroutine.resume(co)})
    assert.equal("dead", coroutine.status(co))
  end)

  it("nest, and know which one runs", function()
    local inner
    local outer = coroutine.wrap(function()
      inner = coroutine.create(function() coroutine.yield(coroutine.status(inner)) end)
      coroutine.yield(select(2, coroutine.resume(inner)))
      coroutine.yield(select(2, coroutine.resume(coroutine.running())))
    end)
    assert.equal("running", outer())
    assert.equal("cannot resume non-suspended coroutine", outer())
  end)

  it("give errors back, any value", function()
    local object = {}
    local co = coroutine.create(function() error(object) end)
    local ok, value = coroutine.resume(co)
    assert.is_false(ok)
    assert.equal(object, value)
    assert.has_error(function() coroutine.wrap(function() error(object) end)() end, object)
  end)

  it("name the place and close variables when a wrapped one fails", function()
    local closed = false
    local f = coroutine.wrap(function()
      local guard <close> = setmetatable({}, {__close = function() closed = true end})
      error(guard and "broken", 0)
    end)
    local ok, message = pcall(function() local x = f(); return x end)
    assert.is_false(ok)
    assert.is_truthy(message:find "coroutine_spec.lua:%d+: broken$", message)
    assert.is_true(closed)
  end)

  it("work as iterators and with many values", function()
    local function count(n)
      return coroutine.wrap(function() for i = 1, n do coroutine.yield(i) end end)
    end
    local sum = 0
    for i in count(1000) do sum = sum + i end
    assert.equal(500500, sum)
    local many = coroutine.wrap(function(...) return ... end)
    assert.equal(5000, select("#", many(table.unpack({}, 1, 5000))))
    assert.has_error(function() coroutine.resume(1) end)
    assert.has_error(function() coroutine.wrap(1) end)
  end)

  it("stop with an error where they are too deep", function()
    local function deeper() return coroutine.wrap(deeper)() end
    assert.has_error(deeper)
  end)
end)
