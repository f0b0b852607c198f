--- A run as it is planned: run(ctx) of the protocol is called once and declares
-- its steps; nothing is computed meanwhile, except what it waits for.

local base = require "invar.core.base"
local class = require "invar.class"
local code = require "invar.experiment.code"
local options = require "invar.options"
local settings = require "invar.experiment.settings"
local steps = require "invar.experiment.step"
local text = require "invar.experiment.text"
local trace_of = require "invar.experiment.trace"

local plans = {}

-- ---- ctx --------------------------------------------------------------------------

local methods = {}
local meta = class("context", {__index = methods}, methods)

local plan_of = setmetatable({}, {__mode = "k"})

function meta:__tostring()
  local plan = plan_of[self]
  return ("context of %s (%d steps so far)"):format(plan.protocol.name, #plan.steps)
end

-- Settings, code and the steps they use, in one hash.
local function key_of(name, json, version)
  return base.hash(text.encode {name = name, settings = json, code = version})
end

local function keys_of(used)
  local keys = {}
  for key in pairs(used) do keys[#keys + 1] = key end
  table.sort(keys)
  return keys
end

-- What the plan and the database need to know of a step.
local function describe(name, given, f)
  local used = {}
  local ok, json = pcall(steps.encode, given, used)
  if not ok then error(("context:step: settings of %s: %s"):format(name, json), 3) end
  local found, version = pcall(code.version, f, function(value)
    if steps.is(value) then
      used[value.key] = value
      return "step " .. value.key
    elseif getmetatable(value) == meta then
      error("it uses the context: a step gets what it needs by its settings", 0)
    end
    local own = getmetatable(value)
    return type(own) == "table" and own.__name == "settings" and text.encode(value) or nil
  end)
  if not found then error(("context:step: function of %s: %s"):format(name, version), 3) end
  version = base.hash(version)
  return {name = name, settings = json, code = version, key = key_of(name, json, version),
    inputs = keys_of(used)}, used
end

--- Declares a step: a piece of work whose results are kept. It is done once for
-- its name, settings, code and the steps it uses, and found again ever after.
function methods:step(name, given, f)
  local plan = plan_of[self]
  if not plan then
    error("context:step: self: context expected, got " .. options.describe(self), 2)
  end
  options.argument("context:step", 1, name, "string")
  options.argument("context:step", 2, given, "table")
  options.argument("context:step", 3, f, "function")
  if not name:find "^[%w_][%w_ .-]*$" then
    error(("context:step: argument 1: %q cannot be the name of a step"):format(name:sub(1, 60)), 2)
  end
  if plan.running then
    error("context:step: steps are declared in run(ctx), not within other steps", 2)
  end
  local record, used = describe(name, given, f)
  local known = plan.by_key[record.key]
  if known then return known end
  local step = steps.new({name = name, key = record.key, settings = settings.copy(given, steps.is),
    state = "queued"}, {folder = plan.folder, run = f, record = record, inputs = used,
    wait = function(self_) plan.wait(plan, self_) end})
  plan.steps[#plan.steps + 1], plan.by_key[record.key] = step, step
  return step
end

-- ---- plans ------------------------------------------------------------------------

--- A plan without steps. `about`: protocol, settings, preset, folder (may be nil);
-- wait(plan, step): called where run(ctx) waits for a step.
function plans.new(about)
  local json = text.encode(about.settings)
  local plan = {protocol = about.protocol, settings = about.settings, preset = about.preset,
    folder = about.folder, wait = about.wait, steps = {}, by_key = {}, complete = false,
    json = json, id = base.hash(about.protocol.name .. json):sub(1, 8)}
  local strict = settings.strict(about.settings)
  plan.context = setmetatable({settings = strict, seeds = strict.seeds}, meta)
  plan_of[plan.context] = plan
  return plan
end

--- Calls the protocol's run(ctx). Where it waits for a step that is not done,
-- plan.wait decides; plans.stop ends the planning there.
function plans.declare(plan)
  local trace
  local ok, problem = xpcall(plan.protocol.run, function(message)
    if type(message) == "string" then trace = trace_of(message) end
    return message
  end, plan.context)
  if ok then
    plan.complete = true
  elseif type(problem) == "table" and problem.stopped then
    plan.stopped = problem.stopped
  else
    plan.problem, plan.trace = problem, trace
  end
  return plan
end

--- Ends the planning: what comes after needs the result of `step`.
function plans.stop(_, step) error({stopped = step}, 0) end

return plans
