--- optim: optimisers, learning-rate schedules, gradient clipping. An optimiser
-- is a plain object: its settings are fields that may be changed between steps
-- (optimizer.lr = 1e-4), its state a table of tensors by parameter name.

local class = require "invar.class"
local core = require "invar.core.optim"
local module = require "invar.nn.module"
local options = require "invar.options"
local tensor = require "invar.tensor"

local optim = {}

-- ---- what is optimised ------------------------------------------------------

-- A list of {name=, tensor=} from a module, a list of tensors, or such a list.
local function named(name, given)
  if module.is_module(given) then return given:named_parameters() end
  options.argument(name, 1, given, {"module", "table"})
  local list = {}
  for i, item in ipairs(given) do
    if type(item) == "table" then
      list[i] = {name = options.argument(name, 1, item.name, "string"),
        tensor = options.argument(name, 1, item.tensor, "tensor")}
    else
      list[i] = {name = tostring(i), tensor = options.argument(name, 1, item, "tensor")}
    end
  end
  return list
end

-- ---- optimisers ---------------------------------------------------------------

local methods = {}
local meta = class("optimizer", {__index = methods}, methods)

local function check_self(self, name)
  if debug.getmetatable(self) ~= meta then
    error(("optimizer:%s: an optimizer expected, got %s (call it with a colon)")
      :format(name, options.describe(self)), 3)
  end
end

-- `settings`: names of the fields that are settings; `kind` has the step.
local function new(kind, parameters, settings)
  local self = {kind = kind.name, _kind = kind, _parameters = parameters, _tensors = {},
    _settings = {}}
  for key, value in pairs(settings) do
    self[key] = value
    table.insert(self._settings, key)
  end
  table.sort(self._settings)
  return setmetatable(self, meta)
end

function meta:__tostring()
  local parts = {}
  for _, key in ipairs(self._settings) do
    local value = self[key]
    if type(value) == "table" then value = "{" .. table.concat(value, ", ") .. "}" end
    parts[#parts + 1] = ("%s = %s"):format(key, value)
  end
  return ("%s (%s; %d parameters)"):format(self.kind, table.concat(parts, ", "),
    #self._parameters)
end

-- A setting that the user may have overwritten since.
local function setting(self, key, rule)
  local value = self[key]
  if type(value) ~= "number" or value ~= value or value < 0 or value == math.huge
    or (rule and value >= rule) then
    error(("optim.%s:step: %s is %s, finite number >= 0%s expected"):format(self.kind, key,
      options.describe(value), rule and " and < " .. rule or ""), 4)
  end
  return value
end

--- One step for every parameter that has a gradient.
function methods:step()
  check_self(self, "step")
  local step = self._kind.prepare(self)
  for _, item in ipairs(self._parameters) do
    if item.tensor:requires_grad() and core.has_gradient(item.tensor) then
      local own = self._tensors[item.name] or {step = 0}
      own.step = own.step + 1
      step(item.tensor, own)
      self._tensors[item.name] = own
    end
  end
end

--- Forgets the gradients of all parameters.
function methods:zero_grad()
  check_self(self, "zero_grad")
  for _, item in ipairs(self._parameters) do
    if item.tensor:requires_grad() then item.tensor:zero_grad() end
  end
end

--- Settings and state: {kind, settings, parameters = {NAME = {step, tensors}}}.
-- The tensors are the optimiser's own, not copies.
function methods:state()
  check_self(self, "state")
  local settings = {}
  for _, key in ipairs(self._settings) do settings[key] = self[key] end
  return {kind = self.kind, settings = settings, parameters = self._tensors}
end

local function check_state(self, state)
  options.argument("optimizer:load_state", 1, state, "table")
  if state.kind ~= self.kind then
    error(("optimizer:load_state: the state is of %s, not of %s"):format(
      options.describe(state.kind), self.kind), 3)
  end
  local known = {}
  for _, item in ipairs(self._parameters) do known[item.name] = item.tensor end
  for name, own in pairs(state.parameters or {}) do
    if not known[name] then
      error(("optimizer:load_state: there is no parameter %q"):format(tostring(name)), 3)
    end
    for key, value in pairs(own) do
      if key ~= "step" and value:count() ~= known[name]:count() then
        error(("optimizer:load_state: %s of %q has %d elements, %d expected"):format(key,
          name, value:count(), known[name]:count()), 3)
      end
    end
  end
end

--- Takes over settings and (copies of) tensors that state() gave.
function methods:load_state(state)
  check_self(self, "load_state")
  check_state(self, state)
  for _, key in ipairs(self._settings) do
    if state.settings and state.settings[key] ~= nil then self[key] = state.settings[key] end
  end
  self._tensors = {}
  for name, own in pairs(state.parameters or {}) do
    local copy = {step = own.step}
    for key, value in pairs(own) do
      if key ~= "step" then copy[key] = value:clone() end
    end
    self._tensors[name] = copy
  end
end

local function zeros_like(parameter) return tensor.zeros(parameter:shape()) end

local sgd = {name = "sgd"}

function sgd.prepare(self)
  local lr, momentum = setting(self, "lr"), setting(self, "momentum")
  local decay, nesterov = setting(self, "weight_decay"), self.nesterov == true
  return function(parameter, own)
    if momentum > 0 and not own.velocity then own.velocity = zeros_like(parameter) end
    core.sgd_step(parameter, momentum > 0 and own.velocity or nil, own.step == 1, lr,
      momentum, decay, nesterov)
  end
end

--- Stochastic gradient descent. Options: lr (0.01), momentum (0), nesterov
-- (false), weight_decay (0, added to the gradient).
function optim.sgd(net, given)
  local settings = options.check("optim.sgd", given,
    {lr = 0.01, momentum = 0.0, nesterov = false, weight_decay = 0.0},
    {lr = {min = 0}, momentum = {min = 0}, weight_decay = {min = 0}})
  if settings.nesterov and settings.momentum == 0 then
    error("optim.sgd: option nesterov needs momentum", 2)
  end
  return new(sgd, named("optim.sgd", net), settings)
end

local function adam_kind(name, decoupled)
  local kind = {name = name}
  function kind.prepare(self)
    local lr, epsilon = setting(self, "lr"), setting(self, "eps")
    local decay = setting(self, "weight_decay")
    local beta1, beta2 = self.betas[1], self.betas[2]
    return function(parameter, own)
      own.mean = own.mean or zeros_like(parameter)
      own.square = own.square or zeros_like(parameter)
      core.adam_step(parameter, own.mean, own.square, own.step, lr, beta1, beta2, epsilon,
        decay, decoupled)
    end
  end
  return kind
end

local function check_betas(name, betas)
  for i = 1, 2 do
    if type(betas[i]) ~= "number" or not (betas[i] >= 0 and betas[i] < 1) then
      error(("%s: option betas: two numbers in [0, 1) expected"):format(name), 3)
    end
  end
end

local function adam_maker(name, decay, kind)
  return function(net, given)
    local settings = options.check("optim." .. name, given,
      {lr = 1e-3, betas = {0.9, 0.999}, eps = 1e-8, weight_decay = decay},
      {lr = {min = 0}, eps = {min = 0}, weight_decay = {min = 0}})
    check_betas("optim." .. name, settings.betas)
    settings.betas = {settings.betas[1], settings.betas[2]}
    return new(kind, named("optim." .. name, net), settings)
  end
end

--- Adam (Kingma and Ba, 2015). Options: lr (1e-3), betas ({0.9, 0.999}), eps
-- (1e-8), weight_decay (0, added to the gradient).
optim.adam = adam_maker("adam", 0.0, adam_kind("adam", false))

--- AdamW (Loshchilov and Hutter, 2019): as Adam, but weights shrink by lr x
-- weight_decay (0.01) beside the step.
optim.adamw = adam_maker("adamw", 0.01, adam_kind("adamw", true))

-- ---- clipping -------------------------------------------------------------------

--- Scales all gradients together so that their norm is at most `largest`;
-- returns the norm they had. Gradients that are not finite are left alone.
function optim.clip_gradients(net, largest)
  local list = named("optim.clip_gradients", net)
  options.argument("optim.clip_gradients", 2, largest, "number", {above = 0})
  local sum = 0
  for _, item in ipairs(list) do
    if item.tensor:requires_grad() then sum = sum + core.sum_of_squares(item.tensor) end
  end
  local norm = math.sqrt(sum)
  local factor = largest / (norm + 1e-6)
  if factor < 1 and norm < math.huge then
    for _, item in ipairs(list) do
      if item.tensor:requires_grad() then core.scale_gradient(item.tensor, factor) end
    end
  end
  return norm
end

-- ---- schedules --------------------------------------------------------------------

-- The factor at `done` (0 at the first step, 1 after the last) of the steps
-- that follow the warm-up.
local shapes = {
  constant = function() return 1 end,
  step = function(done, o)
    local passed = 0
    for _, at in ipairs(o.at) do
      if done >= at - 1e-12 then passed = passed + 1 end
    end
    return o.factor ^ passed
  end,
  linear = function(done, o) return 1 + (o.final - 1) * done end,
  cosine = function(done, o)
    return o.final + (1 - o.final) * (1 + math.cos(math.pi * done)) / 2
  end,
}

local own_options = {
  constant = {},
  step = {at = {0.5, 0.75}, factor = 0.1},
  linear = {final = 0.0},
  cosine = {final = 0.0},
}

local function check_fractions(list)
  for _, at in ipairs(list) do
    if type(at) ~= "number" or not (at >= 0 and at <= 1) then
      error("optim.schedule: option at: fractions of the steps in 0 .. 1 expected", 3)
    end
  end
end

--- A function step -> factor of the learning rate, step = 1 .. total (steps or
-- epochs alike). `given` is {kind, options}:
--   {"constant"}  1
--   {"step", at={0.5, 0.75}, factor=0.1}  times `factor` at each of these
--       fractions of the steps
--   {"linear", final=0}  from 1 toward `final`
--   {"cosine", final=0}  the same along half a cosine (Loshchilov, Hutter 2017)
-- Option of all: warmup (0), the number of steps in which the factor first
-- grows linearly (step / warmup); the shape covers the steps after them.
function optim.schedule(given, total)
  options.argument("optim.schedule", 1, given, "table")
  if total ~= nil then options.argument("optim.schedule", 2, total, "number", {min = 0}) end
  local kind = options.argument("optim.schedule", 1, given[1], "string",
    {choices = {"constant", "step", "linear", "cosine"}})
  local settings, defaults = {}, {warmup = 0.0}
  for key, value in pairs(given) do if key ~= 1 then settings[key] = value end end
  for key, value in pairs(own_options[kind]) do defaults[key] = value end
  local o = options.check("optim.schedule", settings, defaults,
    {warmup = {min = 0}, factor = {min = 0}, final = {min = 0}})
  if o.at then check_fractions(o.at) end
  if kind ~= "constant" and not total then
    error(("optim.schedule: %q needs the number of steps"):format(kind), 2)
  end
  local shape, rest = shapes[kind], (total or 0) - o.warmup
  return function(step)
    if step <= o.warmup then return step / o.warmup end
    return shape(rest > 0 and math.min((step - 1 - o.warmup) / rest, 1) or 0, o)
  end
end

return optim
