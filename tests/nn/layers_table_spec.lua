-- Layers and losses, forward and backward, against PyTorch
-- (scripts/make_layer_fixtures.py made what is compared with).
local nn = require "invar.nn"
local picture = require "support.picture"
local tensor = require "invar.tensor"

local cases = dofile(picture.fixtures .. "nn/layers.lua")
local tolerance = 1e-4

-- Numbers of -1 .. 1 by the formula of the script.
local function fill(shape, seed)
  local list, n = {}, 1
  for _, size in ipairs(shape) do n = n * size end
  for i = 0, n - 1 do
    list[i + 1] = (i * i * 31 + i * 7919 + seed * 104729) % 2003 / 1001.5 - 1
  end
  return #shape == 0 and tensor.new(list[1]) or tensor.new(list):reshape(shape)
end

local inputs = {
  numbers = fill,
  unit = function(shape, seed) return (fill(shape, seed) + 1) / 2 end,
  probabilities = function(shape, seed)
    local x = fill(shape, seed) + 1.5
    return x / x:sum(-1, {keepdim = true})
  end,
  labels = function(shape, _, shapes)
    local list = {}
    for i = 0, shape[1] - 1 do list[i + 1] = i * 3 % shapes[1][2] + 1 end
    return tensor.new(list):to("int32")
  end,
  positions = function(shape)
    local list = {}
    for i = 0, shape[1] * shape[2] - 1 do list[i + 1] = i * 5 % 6 + 1 end
    return tensor.new(list):to("int32"):reshape(shape)
  end,
}

local function beyond(error, limit) return error > limit or error ~= error end

-- What is wrong with tensor x, or nil. Errors are relative to its largest
-- element, or the largest of the case where the truth is 0 (as the gradient of
-- the keys' bias is: softmax does not see it).
local function difference(x, wanted, case)
  local floor = 0
  for _, result in pairs(case.results) do floor = math.max(floor, 1e-5 * result.largest) end
  local shape, flat = table.concat(x:shape(), "x"), x:detach():reshape(-1):to("float64")
  if shape ~= table.concat(wanted.shape, "x") then
    return ("shape %s, %s wanted"):format(shape, table.concat(wanted.shape, "x"))
  end
  local n, found = #flat, flat:totable()
  for k, value in ipairs(wanted.values) do
    local at = #wanted.values == n and k - 1 or (k - 1) * (n - 1) // (#wanted.values - 1)
    if beyond(math.abs(found[at + 1] - value), tolerance * wanted.largest + floor) then
      return ("element %d is %g, %g wanted"):format(at + 1, found[at + 1], value)
    end
  end
  local weights = fill({n}, 999):to("float64")
  for name, sum in pairs {sum = flat:sum():item(), weighted = (flat * weights):sum():item()} do
    if beyond(math.abs(sum - wanted[name]), tolerance * wanted.mass + floor * n) then
      return ("%s is %g, %g wanted"):format(name, sum, wanted[name])
    end
  end
end

-- A module with its parameters filled, made for the case.
local function make_layer(case)
  local layer = nn[case.layer](table.unpack(case.arguments))
  if case.mode == "eval" then layer:eval() end
  local state, names = layer:state_dict()
  table.sort(names)
  nn.no_grad(function()
    for i, name in ipairs(names) do
      local shift = name == "running_var" and 1.5 or 0
      state[name]:copy_(fill(state[name]:shape(), 99 + i) + shift)
    end
  end)
  return layer
end

local function run(case)
  local results, list = {}, {}
  for i, shape in ipairs(case.shapes) do
    local kind = case.layer == "embedding" and "positions" or (case.kinds or {})[i] or "numbers"
    list[i] = inputs[kind](shape, i, case.shapes)
    if list[i]:dtype() == "float32" then list[i]:requires_grad_() end
  end
  local layer, y
  if case.layer then
    layer = make_layer(case)
    y = layer(table.unpack(list))
  else
    list[#list + 1] = case.options
    y = nn[case.call](table.unpack(list))
  end
  y:backward(fill(y:shape(), 77))
  results.output = y
  for i = 1, #case.shapes do
    if list[i]:requires_grad() then results["input_" .. i] = list[i]:grad() end
  end
  for _, item in ipairs(layer and layer:named_parameters() or {}) do
    results[item.name] = item.tensor:grad()
  end
  return results
end

local function show(value)
  if type(value) ~= "table" then return tostring(value) end
  local parts, keys = {}, {}
  for key in pairs(value) do keys[#keys + 1] = key end
  table.sort(keys, function(a, b) return tostring(a) < tostring(b) end)
  for i, key in ipairs(keys) do
    parts[i] = (type(key) == "string" and key .. " " or "") .. show(value[key])
  end
  return table.concat(parts, " ")
end

local function title(case)
  local shapes = {}
  for i, shape in ipairs(case.shapes) do shapes[i] = table.concat(shape, "x") end
  return ("%s %s of %s%s"):format(case.layer or case.call,
    show(case.arguments or case.options), table.concat(shapes, ", "),
    case.mode == "eval" and " in evaluation" or "")
end

describe("as PyTorch:", function()
  for _, case in ipairs(cases) do
    it(title(case), function()
      local found = run(case)
      for name, wanted in pairs(case.results) do
        assert(found[name], "no gradient of " .. name)
        local wrong = difference(found[name], wanted, case)
        assert(not wrong, ("%s: %s"):format(name, wrong))
      end
    end)
  end

  it("a wrong element is found", function()
    local case = cases[1]
    local y = run(case).output:detach():clone()
    assert.is_nil(difference(y, case.results.output, case))
    y:reshape(-1)[2] = y:max():item() * 2
    assert.matches("wanted", difference(y, case.results.output, case))
  end)
end)
