-- The protocols irrelevant_features and invariance_transfer, and the example of one:
-- their plans, what their data sets are, and every step and report in small.
local invar = require "invar"
local data, experiment, tasks = invar.data, invar.experiment, invar.tasks
local plans = require "invar.experiment.plan"
local program = require "support.program"
local resolve = require("invar.experiment.settings").resolve
local sets = require "support.sets"
local store = invar.store
local with_folder = require "support.folder"

local root = program.root:match "^(.*)/"
local function path_of(name) return ("%s/%s.lua"):format(root, name) end

-- The plan of a preset, as if no picture but Fashion-MNIST were here.
local function plan_of(name, preset, given)
  local protocol = experiment.protocol(path_of(name))
  local on_disk = tasks.on_disk
  tasks.on_disk = function(...)
    return table.concat({...}, " "):find "fashion" and "fashion_mnist" or nil
  end
  local plan = plans.declare(plans.new {protocol = protocol,
    settings = resolve(protocol, preset, given)})
  tasks.on_disk = on_disk
  assert(plan.complete, plan.problem)
  return plan
end

local function counts(plan)
  local count = {}
  for _, step in ipairs(plan.steps) do count[step.name] = (count[step.name] or 0) + 1 end
  return count
end

-- Runs a protocol in a process of its own, in which those are the only pictures; f
-- gets the results' folder.
local function run(name, overrides, f)
  with_folder(function(folder)
    sets.fashion_mnist(folder .. "/data")
    local output, code = program.shell(("cd %s; export INVAR_DATA=%s/data; invar run %s "
      .. "results=%s/results %s"):format(folder, folder, path_of(name), folder, overrides))
    assert.equal(0, code, output)
    local done, all = output:match "(%d+) of (%d+) steps done"
    assert.equal(all, done)
    f(folder .. "/results", tonumber(all), folder)
  end)
end

-- The report in all formats; HTML and CSV from their files.
local function reports(name, results, folder)
  local doc = experiment.protocol(path_of(name)).report(experiment.results("last",
    {results = results}))
  local texts = {}
  for _, format in ipairs {"text", "markdown", "latex"} do texts[format] = doc:render(format) end
  for _, format in ipairs {"csv", "html"} do
    local parts = {}
    for i, path in ipairs(doc:write(format, folder .. "/" .. format)) do
      local file = assert(io.open(path, "rb"))
      parts[i] = file:read "a"
      file:close()
    end
    texts[format] = table.concat(parts, "\n")
  end
  return texts
end

describe("irrelevant_features", function()
  it("plans what the paper did", function()
    -- four sets, objects in the corner and anywhere, 8 correlations, 4 availabilities
    assert.same({pretrain = 10 * 20, probe = 10 * 20 * 4, exchange = 10 * 20},
      counts(plan_of("scripts/irrelevant_features", "paper")))
    local step = plan_of("scripts/irrelevant_features", "paper").steps[1]
    assert.equal(200, step.settings.fit.epochs)
    assert.equal(50000, step.settings.task.n)
    assert.equal("resnet-18", step.settings.model)
  end)

  -- The samples of a set in this protocol, and what is drawn for them.
  local pictures = data.tensors {classes = 10,
    x = (invar.tensor.rand(invar.rng.new(1), 50, 32, 32, 3) * 255):to "uint8",
    y = invar.tensor.randint(invar.rng.new(2), 1, 10, 50)}
  local function samples(position)
    local found = {}
    for _, step in ipairs(plan_of("scripts/irrelevant_features", "quick", {seeds = {1},
      positions = {position}, correlations = {}, availabilities = {}}).steps) do
      if step.name == "pretrain" then
        local task = step.settings.task
        found[step.settings.variant.set] = data.transforms2d {classes = task.classes,
          backgrounds = task.backgrounds == "uniform" and data.backgrounds.uniform {}
            or data.backgrounds.dataset(pictures), class_from = task.class_from,
          fg_availability = task.fg_availability, fg_bg_correlation = task.fg_bg_correlation,
          fg_scale = task.fg_scale, fg_position = task.fg_position, n = 20, seed = task.seed}
      end
    end
    return found
  end

  local function pixel(image, y, x) return table.concat(image[y][x], " ") end

  it("has objects and pictures where they belong, and labels from the right one", function()
    local found, opaque = samples "corner", 0
    for i = 1, 20 do
      local details = found["C+O→O"]:details(i)
      assert.same({x = 19, y = 0, width = 12, height = 12}, details.box)
      local picture, label = pictures:sample(details.background)
      local c, c_label = found["C"]:sample(i)
      assert.same(picture:totable(), c:totable())
      local both, both_label = found["C+O→C"]:sample(i)
      local same, object_label = found["C+O→O"]:sample(i)
      local o, o_label = found["O"]:sample(i)
      assert.same(both:totable(), same:totable())
      assert.same({label, label, details.class, details.class},
        {c_label, both_label, object_label, o_label})
      local object, covered = details.object:totable(), 0
      picture, both, o = picture:totable(), both:totable(), o:totable()
      for y = 1, 32 do
        for x = 1, 32 do
          if object[y][x][4] == 255 then
            assert.equal(pixel(o, y, x), pixel(both, y, x))
            covered = covered + 1
          elseif object[y][x][4] == 0 then
            assert.equal(pixel(picture, y, x), pixel(both, y, x))
            assert.equal("0 0 0", pixel(o, y, x))
          end
        end
      end
      assert.is_true(covered <= 13 * 13, covered)
      opaque = opaque + covered
    end
    assert.is_true(opaque > 20 * 20)
  end)

  it("has objects anywhere in its variant, at the same places in all sets", function()
    local found, places = samples "random", {}
    for i = 1, 20 do
      local box = found["C+O→C"]:details(i).box
      assert.same(box, found["O"]:details(i).box)
      places[box.x .. " " .. box.y] = true
    end
    local count = 0
    for _ in pairs(places) do count = count + 1 end
    assert.is_true(count > 10)
  end)

  it("runs, and reports what is there", function()
    run("scripts/irrelevant_features", "preset=quick model=mlp n=60 test=40 seeds=1 "
      .. "pretraining.epochs=1 probe.epochs=2 correlations=0.5 availabilities=0.5", function(
      results, steps, folder)
      assert.equal(6 * 6, steps)
      local texts = reports("scripts/irrelevant_features", results, folder)
      assert.matches("C: Fashion-MNIST (stand-in for CIFAR-10).", texts.text, 1, true)
      assert.is_nil(texts.text:match("Table 1.-\n\n.-\n\n"):find "missing")
      assert.matches("%[0.98%]", texts.text)
      -- as it is while the probes on C are not done
      local db <close> = store.database(results .. "/invar.db")
      db:execute [[update steps set state = 'queued' where name = 'probe'
        and settings ->> '$.target' = 'C']]
      for format, text in pairs(reports("scripts/irrelevant_features", results, folder)) do
        if format ~= "csv" then assert.matches("missing", text, 1, true) end
      end
    end)
  end)
end)

describe("invariance_transfer", function()
  it("plans what the paper did", function()
    -- 18 transformations and none, on two kinds of objects, and an untrained network
    local networks = 10 * 4 * (2 * 19 + 1)
    assert.same({pretrain = networks, invariance = networks},
      counts(plan_of("scripts/invariance_transfer", "paper")))
  end)

  it("measures on other classes of the same kinds", function()
    local steps = plan_of("scripts/invariance_transfer", "quick").steps
    assert.same({}, steps[1].settings.task.transforms)
    assert.equal(0, steps[1].settings.fit.epochs)
    assert.equal(30, #steps[5].settings.task.classes)
    assert.same({"rotate"}, steps[5].settings.task.transforms)
  end)

  it("runs, and reports what is there", function()
    run("scripts/invariance_transfer", "preset=quick seeds=1 models=resnet-8 classes=3 n=40 "
      .. "test=16 pretraining.epochs=1 transforms=rotate", function(results, steps, folder)
      assert.equal(2 * 5, steps)
      local own = experiment.results("last", {results = results}):rows "invariance"
      assert.equal(5 * 9, #own) -- kinds of data
      for _, row in ipairs(own) do
        assert.is_true(row["l2.penultimate"] >= 0)
        local atlas = row.which == "primary" and row.objects == row.backgrounds
        assert.equal(atlas, row["l2.layer1"] ~= nil)
      end
      local texts = reports("scripts/invariance_transfer", results, folder)
      for format, text in pairs(texts) do
        if format ~= "csv" then assert.matches("missing", text, 1, true) end -- CIFAR-100
      end
      assert.matches("Fashion-MNIST for CIFAR-10", texts.latex, 1, true)
      assert.matches("[0.12]", texts.text, 1, true)
    end)
  end)
end)

describe("examples/my_protocol", function()
  it("has less than 60 lines, runs and reports", function()
    local lines = 0
    for _ in io.lines(path_of "examples/my_protocol") do lines = lines + 1 end
    assert.is_true(lines < 60)
    run("examples/my_protocol", "seeds=1 n=40 fit.epochs=1 model=mlp noise=0,1", function(
      results, steps, folder)
      assert.equal(4, steps)
      assert.matches("label noise", reports("examples/my_protocol", results, folder).text, 1, true)
    end)
  end)
end)
