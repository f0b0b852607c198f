--- Steps: what ctx:step() returns. Before it is done a step is a promise: it can
-- stand in the settings of other steps, which then come after it. Afterwards it
-- gives its rows, networks and tensors.

local class = require "invar.class"
local options = require "invar.options"
local settings = require "invar.experiment.settings"
local store = require "invar.store"
local system = require "invar.core.system"
local text = require "invar.experiment.text"

local steps = {}

local methods = {}
local meta = class("step", {__index = methods}, methods)

-- What is nobody else's business: folder (the results folder), run (the
-- function), inputs (steps), wait (a function), rows, artifacts (when known).
local inside = setmetatable({}, {__mode = "k"})

function meta:__tostring()
  return ("step %s (%s, %s)"):format(self.name, self.key:sub(1, 8), self.state)
end

--- Whether a value is a step.
function steps.is(value) return type(value) == "table" and getmetatable(value) == meta end

--- The internal part of a step.
function steps.inside(step) return inside[step] end

--- A step of {name, key, settings, state} and its internal part.
function steps.new(about, internal)
  local step = setmetatable(about, meta)
  inside[step] = internal
  return step
end

--- Settings as JSON; steps in them are {"$step": KEY}, and are added to `used`
-- (key -> step).
function steps.encode(value, used)
  return text.encode(value, function(item)
    if not steps.is(item) then return nil end
    if used then used[item.key] = item end
    return ('{"$step":"%s"}'):format(item.key)
  end)
end

-- Puts steps in the places of {"$step" = KEY}.
local function replace(value, get)
  if type(value) ~= "table" then return value end
  if value["$step"] then return get(value["$step"]) end
  for key, item in pairs(value) do value[key] = replace(item, get) end
  return value
end

--- Settings from JSON; get(key) gives the steps in them.
function steps.decode(json, get) return replace(text.decode(json), get) end

local function check_self(self, name)
  if not steps.is(self) then
    error(("step:%s: self: step expected, got %s"):format(name, options.describe(self)), 3)
  end
  return inside[self]
end

local function check_done(self, name)
  local internal = check_self(self, name)
  if self.state ~= "done" then
    error(("step:%s: the step %s is %s%s"):format(name, self.name,
      self.state == "failed" and "failed" or "not done yet",
      self.state == "failed" and "" or " (a step that uses it has it in its settings; "
      .. "run(ctx) itself may wait for it with step:wait())"), 3)
  end
  return internal
end

-- ---- results ----------------------------------------------------------------------

--- Waits until the step is done: for protocols whose further steps depend on a
-- result. Returns the step.
function methods:wait()
  local internal = check_self(self, "wait")
  if self.state ~= "done" then
    if not internal.wait then
      error(("step:wait: the step %s is %s"):format(self.name, self.state), 2)
    end
    internal.wait(self)
  end
  return self
end

--- The rows that the step returned: a list of tables.
function methods:rows()
  local internal = check_done(self, "rows")
  internal.rows = internal.rows or internal.folder:rows(self.key)
  return settings.copy(internal.rows)
end

--- Its first row; an empty table where it returned none.
function methods:row() return check_done(self, "row") and self:rows()[1] or {} end

-- The file of an artifact; without a name the only one of these kinds.
local function find(self, internal, name, kinds, caller)
  internal.artifacts = internal.artifacts or internal.folder:artifacts(self.key)
  local names, fitting = {}, {}
  for _, artifact in ipairs(internal.artifacts) do
    names[#names + 1] = artifact.name
    if artifact.name == name or name == nil and kinds[artifact.kind] then
      fitting[#fitting + 1] = artifact
    end
  end
  if #fitting == 1 then return fitting[1] end
  error(("step:%s: the step %s has %s; %s"):format(caller, self.name,
    name and ("nothing called %q"):format(name) or #fitting == 0 and "nothing of this kind"
    or "several of this kind: name one",
    #names == 0 and "it returned none" or "there are: " .. table.concat(names, ", ")), 3)
end

-- The path of an artifact whose bytes are what they were.
local function checked_path(internal, artifact, caller)
  local path = internal.folder.path .. "/" .. artifact.file
  local ok, hash = pcall(system.hash_file, path)
  if not ok or hash ~= artifact.hash then
    error(("step:%s: %s is %s: remove the run with invar rm and run it again"):format(caller,
      path, ok and "damaged" or "missing"), 3)
  end
  return path
end

--- The path of a file that the step left, by name.
function methods:file(name)
  local internal = check_done(self, "file")
  options.argument("step:file", 1, name, "string")
  return checked_path(internal, find(self, internal, name, {}, "file"), "file")
end

--- Loads the network that the step left into `net`, which is of the same kind.
-- `name`: which one, where it left several. Returns net.
function methods:load(net, name)
  local internal = check_done(self, "load")
  options.argument("step:load", 1, net, "module")
  if name ~= nil then options.argument("step:load", 2, name, "string") end
  local artifact = find(self, internal, name, {module = true}, "load")
  local ok, problem = pcall(net.load, net, checked_path(internal, artifact, "load"))
  if not ok then error(options.renamed(problem, "step:load"), 2) end
  return net
end

--- The tensor, or the table of tensors, that the step left. `name`: which one,
-- where it left several.
function methods:tensors(name)
  local internal = check_done(self, "tensors")
  if name ~= nil then options.argument("step:tensors", 1, name, "string") end
  local artifact = find(self, internal, name, {tensor = true, tensors = true}, "tensors")
  local tensors = store.load(checked_path(internal, artifact, "tensors"))
  return artifact.kind == "tensor" and tensors[artifact.name] or tensors
end

-- ---- keeping ----------------------------------------------------------------------

--- What a step's function returned as a list of rows; raises what is wrong. Values
-- in nested tables get names with dots.
function steps.check_rows(returned)
  if returned == nil then return {} end
  if type(returned) ~= "table" or options.describe(returned) ~= "table" then
    error("a step returns a row or a list of rows (tables), got " .. options.describe(returned), 0)
  end
  local list = returned
  if next(returned) ~= nil and type(returned[1]) ~= "table" then list = {returned} end
  local rows = {}
  for i, row in ipairs(list) do
    if type(row) ~= "table" then
      error(("row %d: table expected, got %s"):format(i, options.describe(row)), 0)
    end
    local ok, problem = pcall(text.encode, row)
    if not ok then error(("row %d: %s"):format(i, problem), 0) end
    rows[i] = settings.flatten(row, "", {})
  end
  if not text.is_list(list) then error("rows are a list without names and holes", 0) end
  return rows
end

local function check_name(name)
  if type(name) ~= "string" or not name:find "^[%w_][%w_.-]*$" or #name > 100 then
    error(("%s cannot be the name of a file: letters, digits, _, . and - expected"):format(
      options.describe(name)), 0)
  end
end

-- The kind of an artifact, or nil with what is wrong.
local function kind_of(value)
  local kind = options.describe(value)
  if kind == "module" or kind == "tensor" then return kind end
  if kind == "table" then return "tensors" end
end

--- The kinds of all artifacts, by name; raises what cannot be kept.
function steps.check_artifacts(returned)
  if returned == nil then return {} end
  if type(returned) ~= "table" or options.describe(returned) ~= "table" then
    error("a step returns what is to be kept as {name = network or tensor}, got "
      .. options.describe(returned), 0)
  end
  local kinds = {}
  for name, value in pairs(returned) do
    check_name(name)
    kinds[name] = kind_of(value)
    if not kinds[name] then
      error(("%s: network, tensor or table of tensors expected, got %s; values go into rows")
        :format(name, options.describe(value)), 0)
    end
  end
  return kinds
end

--- Writes a step's artifacts into files; the list that folder:finish() wants.
function steps.keep(folder, key, artifacts, kinds)
  local below, list, names = "steps/" .. key, {}, {}
  for name in pairs(kinds) do names[#names + 1] = name end
  table.sort(names)
  if #names > 0 then require("invar.core.base").folder(folder.path .. "/" .. below) end
  for i, name in ipairs(names) do
    local value, file = artifacts[name], ("%s/%s.safetensors"):format(below, name)
    local path = folder.path .. "/" .. file
    if kinds[name] == "module" then
      value:save(path)
    else
      store.save(path, kinds[name] == "tensor" and {[name] = value} or value)
    end
    local hash, bytes = system.hash_file(path)
    list[i] = {name = name, kind = kinds[name], file = file, bytes = bytes, hash = hash}
  end
  return list
end

return steps
