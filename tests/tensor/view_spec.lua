local tensor = require "invar.tensor"

local function values(t) return t:totable() end

describe("tensor views", function()
  local a
  before_each(function() a = tensor {{1, 2, 3}, {4, 5, 6}} end)

  it("select, range and step, counting from either end", function()
    assert.same({4, 5, 6}, values(a[2]))
    assert.same({4, 5, 6}, values(a[-1]))
    assert.equal(6, a[{2, 3}]:item())
    assert.same({2, 3}, values(a[{1, {2, 3}}]))
    assert.same({{1, 3}, {4, 6}}, values(a[{{}, {1, 3, 2}}]))
    assert.same({{3, 2, 1}, {6, 5, 4}}, values(a[{{}, {-1, 1, -1}}]))
    assert.same({2, 0}, a[{{}, {4, 3}}]:shape())
    assert.same({2, 5}, values(a:select(2, 2)))
    assert.same({{2, 3}, {5, 6}}, values(a:narrow(2, 2, 2)))
    assert.same({{1, 3}, {4, 6}}, values(a:slice(2, 1, 3, 2)))
  end)

  it("share their elements with the tensor", function()
    a[{{}, 2}] = 9
    a[2][1] = -1
    a:t()[3] = tensor {7, 8}
    assert.same({{1, 9, 7}, {-1, 9, 8}}, values(a))
    a[{{1, 2}, {1, 2}}] = tensor {{10}, {20}}
    assert.same({{10, 10, 7}, {20, 20, 8}}, values(a))
  end)

  it("are chosen and assigned by masks and positions", function()
    assert.same({4, 5, 6}, values(a[a:gt(3)]))
    a[a:gt(4)] = 0
    assert.same({{1, 2, 3}, {4, 0, 0}}, values(a))
    assert.same({{4, 0, 0}, {1, 2, 3}, {4, 0, 0}},
      values(a[tensor({2, 1, -1}, {dtype = "int32"})]))
  end)

  it("permute, reshape, flatten, squeeze, expand", function()
    local b = tensor.arange(24):reshape(2, 3, 4)
    assert.same({4, 2, 3}, b:permute(3, 1, 2):shape())
    assert.equal(b[{2, 3, 4}]:item(), b:permute(3, 1, 2)[{4, 2, 3}]:item())
    assert.is_true(b:transpose(1, 3):transpose(1, 3):equal(b))
    assert.same({2, 12}, b:flatten(2):shape())
    assert.same({6, 4}, b:flatten(1, 2):shape())
    assert.same({4, 6}, b:reshape(-1, 6):shape())
    assert.same({2, 1, 3, 4}, b:unsqueeze(2):shape())
    assert.same({2, 3, 4, 1}, b:unsqueeze(-1):shape())
    assert.same({2, 3, 4}, b:unsqueeze(2):squeeze():shape())
    assert.same({{1, 1}, {2, 2}}, values(tensor {{1}, {2}}:expand(2, 2)))
    assert.same({{1, 4, 2}, {5, 3, 6}}, values(a:t():reshape(2, 3)))
  end)

  it("read the same through every layout", function()
    local b = tensor.arange(60):reshape(3, 4, 5)
    local list = values(b:permute(3, 1, 2))
    for i = 1, 5 do
      for j = 1, 3 do
        for k = 1, 4 do assert.equal((j - 1) * 20 + (k - 1) * 5 + i, list[i][j][k]) end
      end
    end
    assert.same(list, values(b:permute(3, 1, 2):contiguous()))
    assert.is_true((b:permute(3, 1, 2) + 0):equal(b:permute(3, 1, 2)))
    assert.same(values(b:select(2, 3) * 2), values(b:clone():select(2, 3) * 2))
  end)

  it("copy themselves safely where source and target overlap", function()
    local v = tensor.arange(6)
    v[{{2, 6}}] = v[{{1, 5}}]
    assert.same({1, 1, 2, 3, 4, 5}, values(v))
    local m = tensor {{1, 2}, {3, 4}}
    m:add_(m:t())
    assert.same({{2, 5}, {5, 8}}, values(m))
    m:copy_(m:t():clone())
    v:copy_(v[{{6, 1, -1}}])
    assert.same({5, 4, 3, 2, 1, 1}, values(v))
  end)

  it("refuse what is outside", function()
    local cases = {
      {"index 3 is outside dimension 1 of size 2", function() return a[3] end},
      {"index 0 is outside", function() return a[0] end},
      {"index %-3 is outside", function() return a[-3] end},
      {"index 4 is outside dimension 2", function() return a[{1, 4}] end},
      {"3 entries for 2 dimensions", function() return a[{1, 1, 1}] end},
      {"range 2 to 4 is outside dimension 2", function() return a[{{}, {2, 4}}] end},
      {"integer expected", function() return a[{1.5, 1}] end},
      {"step is an integer", function() return a[{{1, 2, 0}}] end},
      {"tensor:reshape: 6 elements cannot take the shape 4x2",
        function() return a:reshape(4, 2) end},
      {"does not expand", function() return a:expand(2, 4) end},
      {"named twice", function() return a:permute(1, 1) end},
      {"0 is no dimension", function() return a:transpose(0, 1) end},
      {"expanded tensor", function() tensor.ones(1, 2):expand(3, 2):zero_() end},
      {"no elements", function() return tensor(1)[1] end},
      {"a mask is uint8", function() return a[a] end},
      {"position 3 is not in 1 .. 2",
        function() return a[tensor({3}, {dtype = "int32"})] end},
    }
    cases[14][1] = "1 entries for 0 dimensions"
    for _, case in ipairs(cases) do
      local ok, message = pcall(case[2])
      assert.is_false(ok)
      assert.is_truthy(message:find(case[1]), message)
    end
  end)
end)
