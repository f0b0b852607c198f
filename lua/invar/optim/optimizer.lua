--- The class of optimisers. An optimiser is a plain object: its settings are
-- fields that may be changed between steps (optimizer.lr = 1e-4), its state a
-- table of tensors by parameter name. Groups are settings of their own for the
-- parameters whose names match a pattern.

local class = require "invar.class"
local core = require "invar.core.optim"
local named = require "invar.optim.parameters"
local options = require "invar.options"
local tensor = require "invar.tensor"

local methods = {}
local meta = class("optimizer", {__index = methods}, methods)

local function check_self(self, name)
  if debug.getmetatable(self) ~= meta then
    error(("optimizer:%s: an optimizer expected, got %s (call it with a colon)")
      :format(name, options.describe(self)), 3)
  end
end

-- ---- groups -------------------------------------------------------------------

-- Whether a name matches one of the patterns.
local function matches(name, patterns)
  for _, pattern in ipairs(type(patterns) == "table" and patterns or {patterns}) do
    if name:find(pattern) then return true end
  end
  return false
end

-- The parameters by group, [0] those of none: each is in the first group that
-- it matches. Or nil and what is wrong.
local function share_out(parameters, groups)
  local members = {[0] = {}}
  for i in ipairs(groups) do members[i] = {} end
  for _, item in ipairs(parameters) do
    local own = 0
    for i = #groups, 1, -1 do
      local ok, found = pcall(matches, item.name, groups[i].match)
      if not ok then return nil, ("group %d: match is no Lua pattern: %s"):format(i, found) end
      if found then own = i end
    end
    table.insert(members[own], item)
  end
  for i in ipairs(groups) do
    if #members[i] == 0 then
      return nil, ("group %d: no parameter that is in no group before matches"):format(i)
    end
  end
  return members
end

-- ---- making -------------------------------------------------------------------

-- A group may have every setting of its kind.
local function rules_of_groups(kind)
  local rules = {match = {type = {"string", "table"}, required = true}}
  for key, default in pairs(kind.defaults) do
    local rule = {type = math.type(default) and "number" or type(default)}
    for name, value in pairs(kind.rules[key] or {}) do rule[name] = value end
    rules[key] = rule
  end
  return rules
end

-- The settings of group `i`, its own before those of all.
local function settings_of(self, i)
  return setmetatable({}, {__index = function(_, key)
    local own = i > 0 and self.groups[i][key]
    if own == nil or i == 0 then return self[key] end
    return own
  end})
end

local function sorted_keys(t)
  local keys = {}
  for key in pairs(t) do keys[#keys + 1] = key end
  table.sort(keys)
  return keys
end

--- The public function that makes optimisers of a kind:
--   name, defaults, rules (as options.check takes them),
--   check(settings): what is wrong with them, or nil,
--   kept(settings): the names of the tensors that are kept for a parameter,
--   update(parameters, kept, steps, settings): one step; `kept` has a list of
--     tensors for each name, `steps` is 1 for a parameter's first step.
local function maker(kind)
  local caller, group_rules = "optim." .. kind.name, rules_of_groups(kind)
  local rules = {groups = {type = "table"}}
  for key, rule in pairs(kind.rules) do rules[key] = rule end
  return function(net, given)
    local settings = options.check(caller, given, kind.defaults, rules)
    local self = {kind = kind.name, factor = 1, groups = {}, _kind = kind, _tensors = {},
      _settings = sorted_keys(kind.defaults)}
    for _, key in ipairs(self._settings) do self[key] = settings[key] end
    for i, group in ipairs(settings.groups or {}) do
      self.groups[i] = options.check(("%s: group %d"):format(caller, i), group, {}, group_rules)
    end
    for i = 0, #self.groups do
      local problem = kind.check(settings_of(self, i))
      if problem then error(("%s: %s"):format(caller, problem), 2) end
    end
    self._parameters = named(caller, net)
    local members, problem = share_out(self._parameters, self.groups)
    if problem then error(("%s: %s"):format(caller, problem), 2) end
    self._members = members
    return setmetatable(self, meta)
  end
end

function meta:__tostring()
  local parts = {}
  for _, key in ipairs(self._settings) do
    local value = self[key]
    if type(value) == "table" then value = "{" .. table.concat(value, ", ") .. "}" end
    parts[#parts + 1] = ("%s = %s"):format(key, value)
  end
  local groups = #self.groups > 0 and ("; %d groups"):format(#self.groups) or ""
  return ("%s (%s; %d parameters%s)"):format(self.kind, table.concat(parts, ", "),
    #self._parameters, groups)
end

-- ---- stepping -----------------------------------------------------------------

-- The settings of group `i` as numbers that can be computed with; the learning
-- rate times the factor.
local function checked_settings(self, i)
  local given, settings = settings_of(self, i), {}
  for _, key in ipairs(self._settings) do
    local value = given[key]
    if type(self._kind.defaults[key]) == "number" and (type(value) ~= "number"
      or value ~= value or value < 0 or value == math.huge) then
      error(("optim.%s:step: %s is %s, finite number >= 0 expected"):format(self.kind, key,
        options.describe(value)), 4)
    end
    settings[key] = value
  end
  settings.lr = settings.lr * self.factor
  return settings
end

-- One step for the parameters of group `i` that have a gradient.
local function step_group(self, i)
  local settings = checked_settings(self, i)
  local names, kept = self._kind.kept(settings), {}
  local parameters, states, steps = {}, {}, {}
  for _, name in ipairs(names) do kept[name] = {} end
  for _, item in ipairs(self._members[i]) do
    if item.tensor:requires_grad() and core.has_gradient(item.tensor) then
      local own = self._tensors[item.name] or {step = 0}
      for _, name in ipairs(names) do
        own[name] = own[name] or tensor.zeros(item.tensor:shape())
        table.insert(kept[name], own[name])
      end
      self._tensors[item.name] = own
      parameters[#parameters + 1], states[#states + 1] = item.tensor, own
      steps[#steps + 1] = own.step + 1
    end
  end
  if #parameters == 0 then return end
  self._kind.update(parameters, kept, steps, settings)
  for k, own in ipairs(states) do own.step = steps[k] end
end

--- One step for every parameter that has a gradient. Learning rates are
-- multiplied by the field `factor` (1), which train.fit's schedules set.
function methods:step()
  check_self(self, "step")
  for i = 0, #self.groups do step_group(self, i) end
end

--- Forgets the gradients of all parameters.
function methods:zero_grad()
  check_self(self, "zero_grad")
  for _, item in ipairs(self._parameters) do
    if item.tensor:requires_grad() then item.tensor:zero_grad() end
  end
end

-- ---- state --------------------------------------------------------------------

--- Settings and state: {kind, settings, groups, parameters = {NAME = {step,
-- tensors}}}. The tensors are the optimiser's own, not copies.
function methods:state()
  check_self(self, "state")
  local settings, groups = {}, {}
  for _, key in ipairs(self._settings) do settings[key] = self[key] end
  for i, group in ipairs(self.groups) do
    groups[i] = {}
    for key, value in pairs(group) do groups[i][key] = value end
  end
  return {kind = self.kind, settings = settings, groups = groups, parameters = self._tensors}
end

-- What is wrong with the state of one parameter, or nil.
local function check_tensors(name, parameter, own)
  if type(own) ~= "table" then
    return ("the state of %q is %s, table expected"):format(name, options.describe(own))
  end
  for key, value in pairs(own) do
    if key == "step" then
      if not math.tointeger(value) then return ("step of %q is no integer"):format(name) end
    elseif options.describe(value) ~= "tensor" then
      return ("%s of %q is %s, tensor expected"):format(key, name, options.describe(value))
    elseif value:count() ~= parameter:count() then
      return ("%s of %q has %d elements, %d expected"):format(key, name, value:count(),
        parameter:count())
    end
  end
end

local function check_state(self, state)
  if state.kind ~= self.kind then
    return ("the state is of %s, not of %s"):format(options.describe(state.kind), self.kind)
  end
  if #(state.groups or {}) ~= #self.groups then
    return ("the state has %d groups, the optimiser %d"):format(#(state.groups or {}), #self.groups)
  end
  local known = {}
  for _, item in ipairs(self._parameters) do known[item.name] = item.tensor end
  for name, own in pairs(state.parameters or {}) do
    if not known[name] then return ("there is no parameter %q"):format(tostring(name)) end
    local problem = check_tensors(name, known[name], own)
    if problem then return problem end
  end
end

--- Takes over settings and (copies of) tensors that state() gave.
function methods:load_state(state)
  check_self(self, "load_state")
  options.argument("optimizer:load_state", 1, state, "table")
  local problem = check_state(self, state)
  if problem then error("optimizer:load_state: " .. problem, 2) end
  local tensors = {}
  for name, own in pairs(state.parameters or {}) do
    local copy = {step = math.tointeger(own.step)}
    for key, value in pairs(own) do
      if key ~= "step" then copy[key] = value:clone() end
    end
    tensors[name] = copy
  end
  self._tensors = tensors
  local function take(own, given)
    for _, key in ipairs(self._settings) do
      if given and given[key] ~= nil then own[key] = given[key] end
    end
  end
  take(self, state.settings)
  for i, group in ipairs(self.groups) do take(group, state.groups[i]) end
end

return {maker = maker}
