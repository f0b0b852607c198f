--- module:summary: the layers of a network, what comes out and what they cost.

local module = require "invar.nn.module"
local options = require "invar.options"
local report = require "invar.report"
local tensor = require "invar.tensor"

local columns = {{"name", "layer"}, {"kind", "kind"}, {"output", "output"},
  {"parameters", "parameters", "%d"}, {"multiply_adds", "multiply-adds", "%d"},
  {"tensors", "tensors"}}

-- 558,000,000 as "558.00 M".
local function short(n)
  for _, unit in ipairs {{1e9, "G"}, {1e6, "M"}, {1e3, "k"}} do
    if n >= unit[1] then return ("%.2f %s"):format(n / unit[1], unit[2]) end
  end
  return tostring(n)
end

local meta = {}

function meta:__tostring()
  local sample = table.concat(self.input, "x")
  local cost = self.multiply_adds
    and (", %s multiply-adds for one sample of %s"):format(short(self.multiply_adds), sample)
    or ("\n(no outputs: a sample of %s does not fit: %s)"):format(sample, self.problem)
  return ("%s\n%s: %d parameters%s"):format(report.table(self.layers, columns), self.kind,
    self.parameters, cost)
end

-- One sample through the network: module -> shape of its output, as text, and
-- module -> multiply-adds of its own (without those of its members).
local function trace(self, shape)
  local outputs, costs, watchers = {}, {}, {}
  local function watch(member, x, y, ...)
    if module.is_tensor(y) then outputs[member] = module.shape_text(y) end
    local cost = member.multiply_adds
    if cost then costs[member] = (costs[member] or 0) + cost(member, x, y, ...) end
  end
  module.walk(self, function(_, member) watchers[member] = watch end, "")
  local x = tensor.zeros(1, table.unpack(shape))
  local ok, problem = module.watching(watchers, self.evaluating, self,
    function() self(x) end)
  return ok, ok and outputs or problem, costs
end

-- The tensors that are the module's own: how many weights, and in words.
local function own_tensors(member)
  local parts, weights = {}, 0
  local buffers = rawget(member, "_buffers") or {}
  for _, key in ipairs(module.fields(member, module.is_tensor)) do
    parts[#parts + 1] = ("%s %s"):format(key, module.shape_text(member[key]))
    if not buffers[key] then weights = weights + member[key]:count() end
  end
  return weights, table.concat(parts, ", ")
end

-- A row for each layer: what has no members, or weights or costs of its own.
local function rows_of(self, outputs, costs)
  local rows = {}
  module.walk(self, function(name, member)
    local weights, words = own_tensors(member)
    if #module.fields(member, module.is_module) == 0 or weights > 0 or costs[member] then
      rows[#rows + 1] = {name = name, kind = member.kind or "module",
        output = outputs[member], parameters = weights, multiply_adds = costs[member],
        tensors = words}
    end
  end, "")
  return rows
end

local function sum_of(costs)
  local sum = 0
  for _, cost in pairs(costs) do sum = sum + cost end
  return sum
end

local function check_shape(shape)
  options.argument("module:summary", 1, shape, "table")
  for _, size in ipairs(shape) do
    if math.type(size) ~= "integer" or size < 1 or size > 1 << 24 then
      error(("module:summary: argument 1: the sizes of one sample expected, as in "
        .. "{32, 32, 3}, got %s among them"):format(options.describe(size)), 3)
    end
  end
end

--- What the network is made of, for one sample of the given shape ({32, 32, 3};
-- where that is only the default and does not fit, outputs and costs are left
-- out and `problem` says why). Returns {layers, parameters, multiply_adds,
-- input, kind}, which prints as a table; layers: {name, kind, output,
-- parameters, multiply_adds, tensors} of each. Multiply-adds are those of
-- convolutions, linear maps and attention.
function module.methods:summary(shape)
  module.check_self(self, "summary")
  if shape ~= nil then check_shape(shape) end
  local input = shape or {32, 32, 3}
  local ok, outputs, costs = trace(self, input)
  local problem = not ok and tostring(outputs) or nil
  if problem and (shape or problem:find("interrupted!", 1, true)) then
    error(("module:summary: with a sample of %s: %s"):format(table.concat(input, "x"),
      problem), 2)
  end
  return setmetatable({
    kind = rawget(self, "kind") or "module",
    layers = rows_of(self, ok and outputs or {}, ok and costs or {}),
    parameters = self:count(),
    multiply_adds = ok and sum_of(costs) or nil,
    input = input,
    problem = problem,
  }, meta)
end
