local tensor = require "invar.tensor"

local function size(text)
  local lines, widest = 0, 0
  for line in (text .. "\n"):gmatch("(.-)\n") do
    lines = lines + 1
    widest = math.max(widest, #line)
  end
  return lines, widest
end

describe("a printed tensor", function()
  it("shows dtype, shape, range and elements", function()
    assert.equal("float32 tensor 2x3, 1 to 6\n  1  2  3\n  4  5  6",
      tostring(tensor {{1, 2, 3}, {4, 5, 6}}))
    assert.equal("uint8 tensor scalar\n  7", tostring(tensor(7, {dtype = "uint8"})))
    assert.equal("float32 tensor 0x3 (empty)", tostring(tensor.zeros(0, 3)))
    assert.equal("float32 tensor 3, 0.5 to inf, 1 NaN\n  0.5000     inf     nan",
      tostring(tensor {0.5, 1 / 0, 0 / 0}))
    assert.equal("int32 tensor 1x1x2, 1 to 2\n[1, {}, {}]\n  1  2",
      tostring(tensor({{{1, 2}}}, {dtype = "int32"})))
  end)

  it("shows the edges of a large one", function()
    assert.equal("float32 tensor 1000, 1 to 1000\n" ..
      "     1     2     3  ...   998   999  1000",
      tostring(tensor.arange(1000)))
  end)

  it("never takes more than a screen", function()
    local shapes = {
      {1000, 1000}, {24, 30}, {21, 2}, {22, 26}, {2, 21, 3}, {7, 3, 3}, {20, 1, 1},
      {2, 2, 2, 2, 2, 2, 2, 2}, {3, 4, 5, 6}, {1, 1, 100, 7}, {100}, {100, 1},
    }
    for _, shape in ipairs(shapes) do
      for _, scale in ipairs {1, 1e-30, 1e30, 12345.678, -0.01} do
        local count = 1
        for _, n in ipairs(shape) do count = count * n end
        local lines, widest = size(tostring(tensor.arange(count):reshape(shape) * scale))
        assert.is_true(lines <= 24, table.concat(shape, "x") .. " takes " .. lines)
        assert.is_true(widest <= 80, table.concat(shape, "x") .. " is wide " .. widest)
      end
    end
  end)
end)
