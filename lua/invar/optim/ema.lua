--- Exponential moving averages of weights (Polyak averaging with forgetting).

local class = require "invar.class"
local core = require "invar.core.optim"
local module = require "invar.nn.module"
local options = require "invar.options"

local methods = {}
local meta = class("ema", {__index = methods}, methods)

local function check_self(self, name)
  if debug.getmetatable(self) ~= meta then
    error(("ema:%s: an average expected, got %s (call it with a colon)"):format(name,
      options.describe(self)), 3)
  end
end

--- Averages of all parameters and buffers of a network; they start as its
-- present values. Option: decay (0.999), also a field.
local function ema(net, given)
  options.argument("optim.ema", 1, net, "module")
  local o = options.check("optim.ema", given, {decay = 0.999}, {decay = {min = 0, max = 1}})
  local self = {decay = o.decay, _net = net, _names = {}, _averages = {}, _values = {}}
  local state, names = net:state_dict()
  for i, name in ipairs(names) do
    self._names[i], self._values[i] = name, state[name]
    self._averages[i] = state[name]:detach():clone()
  end
  return setmetatable(self, meta)
end

function meta:__tostring()
  return ("ema (decay = %g; %d tensors)"):format(self.decay, #self._names)
end

--- After an optimiser's step: average = decay average + (1 - decay) value.
function methods:update()
  check_self(self, "update")
  local decay = self.decay
  if type(decay) ~= "number" or not (decay >= 0 and decay <= 1) then
    error("ema:update: decay is " .. options.describe(decay) .. ", number in 0 .. 1 expected", 2)
  end
  core.average_step(self._averages, self._values, 1 - decay)
end

local function copy_all(into, from)
  module.no_grad(function()
    for i, t in ipairs(into) do t:copy_(from[i]) end
  end)
end

--- Calls f(...) while the network has the averaged weights; afterwards, also
-- after an error, it has its own again. Returns what f returns.
function methods:applied(f, ...)
  check_self(self, "applied")
  options.argument("ema:applied", 1, f, "function")
  local own = {}
  for i, t in ipairs(self._values) do own[i] = t:detach():clone() end
  copy_all(self._values, self._averages)
  local results = table.pack(pcall(f, ...))
  copy_all(self._values, own)
  if not results[1] then error(results[2], 0) end
  return table.unpack(results, 2, results.n)
end

--- Gives the network the averaged weights for good; returns it.
function methods:apply()
  check_self(self, "apply")
  copy_all(self._values, self._averages)
  return self._net
end

--- The averages by name: the tensors themselves, not copies. They load into a
-- network like its own (net:load_state_dict(ema:state())).
function methods:state()
  check_self(self, "state")
  local state = {}
  for i, name in ipairs(self._names) do state[name] = self._averages[i] end
  return state
end

--- Takes over (copies of) what state() gave.
function methods:load_state(state)
  check_self(self, "load_state")
  options.argument("ema:load_state", 1, state, "table")
  local from = {}
  for i, name in ipairs(self._names) do
    local given = state[name]
    if options.describe(given) ~= "tensor" or
      module.shape_text(given) ~= module.shape_text(self._averages[i]) then
      error(("ema:load_state: %s: tensor of shape %s expected, got %s"):format(name,
        module.shape_text(self._averages[i]), options.describe(given) == "tensor"
        and module.shape_text(given) or options.describe(given)), 2)
    end
    from[i] = given
  end
  copy_all(self._averages, from)
end

return ema
