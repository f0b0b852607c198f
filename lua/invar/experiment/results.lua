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

-- How many of the steps are in each state.
local function count_states(list)
  local count = {}
  for _, step in ipairs(list) do count[step.state] = (count[step.state] or 0) + 1 end
  return count
end

--- An empty report.document with this title: of which run it is, and how many of
-- its steps are not done.
function methods:document(title)
  local list = check(self, "document").steps
  options.argument("results:document", 1, title, "string")
  local doc = require("invar.report").document {title = title,
    subtitle = ("%s%s, seeds %s, run %s"):format(self.protocol,
      self.preset and ", preset " .. self.preset or "",
      settings.show(self.settings.seeds), self.run)}
  local count = count_states(list)
  local done, failed = count.done or 0, count.failed or 0
  if done < #list then
    doc:text(("%d of %d steps are not done%s: what needs them is missing."):format(#list - done,
      #list, failed > 0 and (" (%d failed)"):format(failed) or ""))
  end
  return doc
end

--- In what the settings differ from others (a protocol's defaults, say), but for the
-- seeds: rows {setting, here, there}, sorted by name.
function methods:differences(other)
  check(self, "differences")
  options.argument("results:differences", 1, other, "table")
  local here, there = settings.flatten(self.settings, "", {}), settings.flatten(other, "", {})
  local rows = {}
  for _, name in ipairs(flat.names {here, there}) do
    local row = {setting = name, here = settings.show_or_nil(here[name]),
      there = settings.show_or_nil(there[name])}
    if row.here ~= row.there and name ~= "seeds" then rows[#rows + 1] = row end
  end
  return rows
end

--- Where the results come from, for doc:provenance: the run, its settings, and who
-- computed, for how long. Of the protocol's file the name: its folder means nothing
-- elsewhere.
function methods:provenance()
  local machines, known, seconds = {}, {}, 0
  for _, step in ipairs(check(self, "provenance").steps) do
    local record = steps.inside(step).record
    if record.wall then
      seconds = seconds + record.wall
      local machine = ("%s: %s, %d cores, %d threads, %s, Invar %s"):format(record.host,
        record.cpu_model, record.cores, record.threads, record.backend, record.version)
      if not known[machine] then
        known[machine] = true
        machines[#machines + 1] = machine
      end
    end
  end
  local about = self.about
  return {settings = self.settings, run = {id = self.run, protocol = self.protocol,
    preset = self.preset, file = about.file:match "[^/]+$", git = about.git, started = about.started,
    latest = about.latest, version = about.version}, machines = machines,
    hours = ("%.2f"):format(seconds / 3600)}
end

return results
