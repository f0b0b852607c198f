--- What came out of a run, for reports: rows as flat tables that carry all
-- settings they belong to.

local class = require "invar.class"
local flat = require "invar.experiment.flat"
local options = require "invar.options"
local settings = require "invar.experiment.settings"
local steps = require "invar.experiment.step"
local text = require "invar.experiment.text"

local results = {}

local methods = {}
local meta = class("results", {__index = methods}, methods)
local inside = setmetatable({}, {__mode = "k"})

function meta:__tostring()
  local done = 0
  for _, step in ipairs(inside[self].steps) do
    if step.state == "done" then done = done + 1 end
  end
  return ("results of %s (run %s, %d of %d steps done)"):format(self.protocol, self.run, done,
    #inside[self].steps)
end

-- A step from its record, and those it uses.
local function step_of(folder, known, record)
  local step = known[record.key]
  if step then return step end
  local inputs = {}
  local decoded = steps.decode(record.settings, function(key)
    local input = folder:step(key)
    inputs[key] = input and step_of(folder, known, input)
      or error(("%s: the step %s is missing"):format(folder.path, key), 0)
    return inputs[key]
  end)
  step = steps.new({name = record.name, key = record.key, settings = decoded,
    state = record.state}, {folder = folder, inputs = inputs, record = record,
    problem = record.error})
  known[record.key] = step
  return step
end

--- The results of a run, given its record. Fields: run (its id), protocol,
-- preset, settings, about (the record).
function results.new(folder, run)
  local list, known = {}, {}
  for i, record in ipairs(folder:run_steps(run.id)) do list[i] = step_of(folder, known, record) end
  local self = setmetatable({run = run.id, protocol = run.protocol, preset = run.preset,
    settings = text.decode(run.settings), about = run}, meta)
  inside[self] = {steps = list}
  return self
end

local function check(self, name, given)
  if getmetatable(self) ~= meta then
    error(("results:%s: self: results expected, got %s"):format(name, options.describe(self)), 3)
  end
  if given ~= nil then options.argument("results:" .. name, 1, given, "string") end
  return inside[self]
end

--- The steps of this name (all without one) in their order; step.state says
-- which are "done".
function methods:steps(name)
  local list = {}
  for _, step in ipairs(check(self, "steps", name).steps) do
    if name == nil or step.name == name then list[#list + 1] = step end
  end
  return list
end

--- The rows of the finished steps of this name (all without one): flat tables of
-- the step's settings ("data.n"), those of the steps it used and their values
-- ("pretrained.model"), and the row's own values.
function methods:rows(name)
  check(self, "rows", name)
  local list = {}
  for _, step in ipairs(self:steps(name)) do
    if step.state == "done" then
      local common = flat.settings(step, true)
      for _, row in ipairs(step:rows()) do
        local whole = settings.copy(common)
        for field, value in pairs(row) do whole[field] = value end
        list[#list + 1] = whole
      end
    end
  end
  return list
end

return results
