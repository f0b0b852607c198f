-- The protocols transforms_vs_other and transforms_mismatch: that their plans are the
-- paper's, and that all of their steps and their reports work.
local invar = require "invar"
local engine = require "invar.experiment.engine"
local experiment, tasks, transforms = invar.experiment, invar.tasks, invar.transforms
local settings_of = require("invar.experiment.settings").resolve
local with_folder = require "support.folder"

local home = package.searchpath("invar", package.path):match "^(.*)/lua/invar/init.lua$"

local function plan(name, preset, changes)
  local protocol = experiment.protocol(home .. "/scripts/" .. name .. ".lua")
  local made = engine.plan {protocol = protocol, preset = preset,
    settings = settings_of(protocol, preset, changes)}
  assert.is_nil(made.problem)
  local count = {}
  for _, step in ipairs(made.steps) do count[step.name] = (count[step.name] or 0) + 1 end
  return made.steps, count
end

-- The steps of a name whose settings have these values.
local function find(steps, name, wanted)
  local found = {}
  for _, step in ipairs(steps) do
    local fits = step.name == name
    for key, value in pairs(wanted) do
      fits = fits and step.settings[key] == value
    end
    if fits then found[#found + 1] = step end
  end
  return found
end

local function set_of(list)
  local set = {}
  for _, item in ipairs(list) do set[item] = true end
  return set
end

local function count_common(a, b)
  local set, n = set_of(a), 0
  for _, item in ipairs(b) do n = n + (set[item] and 1 or 0) end
  return n
end

describe("transforms_vs_other", function()
  local only = {parts = {"transforms2d"}}

  it("plans what the paper did", function()
    -- For each set of transformations 4 class relationships, 5 networks, 5 sizes, the
    -- default in all three; each probed on all target samples and fine-tuned on 200 and
    -- 2,000; 5 sizes of the target.
    local steps, count = plan("transforms_vs_other", "paper", only)
    local networks = 10 * 2 * (4 + 4 + 4)
    assert.same({pretrain = networks, probe = networks + 10 * 2 * 5, finetune = 2 * networks,
      invariance = networks}, count)
    local models, sizes = {}, {}
    for _, step in ipairs(steps) do
      local s = step.settings
      if step.name == "pretrain" then
        models[s.model] = (models[s.model] or 0) + 1
        sizes[s.task.n] = (sizes[s.task.n] or 0) + 1
        assert.equal(50, s.fit.epochs)
        assert.equal(512, s.fit.batch)
        assert.equal("float32", s.precision)
      elseif step.name == "probe" then
        assert.same({solver = "adam", epochs = 200, batch = 512, lr = 1e-3}, s.probe)
      end
      assert.equal(10000, s.test)
    end
    assert.same({["resnet-18"] = 160, ["resnet-50"] = 20, ["densenet-121"] = 20, ["vgg-11"] = 20,
      vit = 20}, models)
    assert.same({[1000] = 20, [10000] = 20, [50000] = 160, [100000] = 20, [500000] = 20}, sizes)
  end)

  it("has ViT's own recipe", function()
    local steps = plan("transforms_vs_other", "paper", {parts = {"transforms2d"}, seeds = {1}})
    local s = find(steps, "pretrain", {model = "vit"})[1].settings
    assert.same({"adam", lr = 1e-3, weight_decay = 5e-5}, s.fit.optimizer)
    local factor = invar.optim.schedule(s.fit.schedule, 50 * 98) -- 98 steps an epoch
    assert.equal(1e-3, factor(5 * 98))
    assert.equal(1.0, factor(5 * 98 + 1))
    local passed = (45 * 98 - 1) / (200 * 98)
    assert.is_true(math.abs(factor(50 * 98) - (0.01 + 0.99 * (1 + math.cos(math.pi * passed)) / 2))
      < 1e-12)
  end)

  it("draws disjoint sets of transformations and classes as they are to be", function()
    for seed = 1, 5 do
      local steps = plan("transforms_vs_other", "paper", {parts = {"transforms2d"},
        seeds = {seed}})
      local classes, sets, seeds = {}, {}, {}
      for _, step in ipairs(find(steps, "probe", {target_samples = 50000})) do
        local s = step.settings
        classes[s.relation] = s.pretrained.settings.task.classes
        sets[s.transforms] = s.pretrained.settings.task.transforms
        sets.target, classes.target = s.task.transforms, s.task.classes
        seeds[s.task.seed], seeds[s.pretrained.settings.task.seed] = true, true
      end
      assert.same(sets.target, sets.same)
      assert.equal(0, count_common(sets.same, sets.disjoint))
      for _, set in ipairs {sets.same, sets.disjoint} do
        assert.equal(3, #set)
        for _, category in ipairs {"geometric", "photometric", "corruption"} do
          assert.equal(1, count_common(set, transforms.names(category)))
        end
      end
      assert.equal(30, #classes.target)
      assert.same(classes.target, classes.same)
      assert.same({10, 10}, {#classes.subset, count_common(classes.subset, classes.target)})
      assert.same({30, 0}, {#classes.disjoint, count_common(classes.disjoint, classes.target)})
      assert.same({60, 30}, {#classes.superset, count_common(classes.superset, classes.target)})
      local different = 0
      for _ in pairs(set_of(classes.superset)) do different = different + 1 end
      assert.equal(60, different)
      local n = 0 -- target samples are none of those of pretraining
      for _ in pairs(seeds) do n = n + 1 end
      assert.equal(2, n)
    end
  end)

  it("augments labelled pictures the same way", function()
    if not tasks.on_disk("cifar10", "fashion_mnist") then return end
    local steps, count = plan("transforms_vs_other", "paper", {parts = {"cifar10"}, seeds = {1}})
    -- The largest number of target samples is the default.
    assert.same({pretrain = 24, probe = 24 + 2 * 4, finetune = 48, invariance = 24}, count)
    local sizes = {}
    for _, step in ipairs(find(steps, "probe", {relation = "disjoint"})) do
      local s = step.settings
      assert.equal(5, #s.task.classes)
      assert.equal(0, count_common(s.task.classes, s.pretrained.settings.task.classes))
      assert.equal(tasks.on_disk("cifar10", "fashion_mnist"), s.task.pictures)
      sizes[s.pretrained.settings.task.per_class] = true
    end
    assert.same(set_of {10, 50, 200, 1000, 4500}, sizes)
  end)

  local tiny = {seeds = {1, 2}, precision = "float32", model = "mlp", models = {"mlp", "nonesuch"},
    parts = {"transforms2d"}, pretraining = {epochs = 1, batch = 32}, probe = {epochs = 2},
    finetune = {epochs = 1}, test = 60, invariance_n = 40,
    transforms2d = {samples = 60, sample_counts = {40, 60}, target_samples = 60,
      target_counts = {30}, finetune_counts = {40}}}

  it("runs every step, and reports what there is in every format", function()
    with_folder(function(folder)
      -- one network that there is not: its cells are missing
      local ok, message = pcall(experiment.run, home .. "/scripts/transforms_vs_other.lua",
        {settings = tiny, results = folder})
      assert.is_false(ok)
      assert.matches('there is no model "nonesuch"', message, 1, true)
      local results = experiment.results("last", {results = folder})
      local count = {}
      for _, step in ipairs(results:steps()) do
        local kind = step.name .. " " .. step.state
        count[kind] = (count[kind] or 0) + 1
      end
      assert.same({["pretrain done"] = 20, ["pretrain failed"] = 4, ["probe done"] = 24,
        ["probe queued"] = 4, ["finetune done"] = 20, ["finetune queued"] = 4,
        ["invariance done"] = 20, ["invariance queued"] = 4}, count)
      local doc = experiment.protocol(home .. "/scripts/transforms_vs_other.lua").report(results)
      local text = doc:render "text"
      assert.matches("16 of 100 steps are not done (4 failed)", text, 1, true)
      assert.matches("nonesuch +| +missing | +missing |", text)
      assert.matches("class relationship, linear probe", text, 1, true)
      assert.matches("0.870%]", text) -- published beside ours
      for _, format in ipairs {"markdown", "latex", "csv", "html"} do
        assert.is_true(#doc:write(format, folder .. "/" .. format) > 0)
      end
      local variance = invar.report.read_csv(folder .. "/csv/tables/transforms2d-variance.csv")
      local total = 0
      for _, row in ipairs(variance) do total = total + row.share end
      assert.is_true(total > 0.3 and total < 1.7, total) -- 1 where designs are balanced
    end)
  end)

  it("names what stands in for CIFAR-10", function()
    if not tasks.on_disk "fashion_mnist" or tasks.on_disk "cifar10" then return end
    with_folder(function(folder)
      local results = experiment.run(home .. "/scripts/transforms_vs_other.lua", {
        results = folder, settings = {seeds = {1}, precision = "float32", model = "mlp",
          models = {"mlp"}, relations = {"disjoint"}, parts = {"cifar10", "cifar100"},
          pretraining = {epochs = 1}, probe = {epochs = 1}, finetune = {epochs = 1}, test = 40,
          invariance_n = 40, cifar10 = {samples = 5, sample_counts = {5}, target_samples = 0.001,
            target_counts = {0.001}, finetune_counts = {4}}}})
      local text = results and experiment.protocol(home .. "/scripts/transforms_vs_other.lua")
        .report(results):render "text"
      assert.matches("Fashion-MNIST (standing in for CIFAR-10): accuracies by", text, 1, true)
      assert.matches("CIFAR-100: missing", text, 1, true)
    end)
  end)
end)

describe("transforms_mismatch", function()
  it("plans what the paper did", function()
    local steps, count = plan("transforms_mismatch", "paper")
    assert.same({pretrain = 10 * 8, probe = 10 * 64, invariance = 10 * 64}, count)
    for seed = 1, 10 do
      local order = find(steps, "probe", {seed = seed, target = 8})[1].settings.task.transforms
      assert.equal(8, #order)
      local classes = {}
      for _, step in ipairs(find(steps, "probe", {seed = seed})) do
        local s = step.settings
        local trained = s.pretrained.settings
        assert.same(table.move(order, 1, s.target, 1, {}), s.task.transforms)
        assert.same(table.move(order, 1, s.trained, 1, {}), trained.task.transforms)
        assert.same(s.task.classes, trained.task.classes)
        assert.same({100, 256, 50000}, {trained.fit.epochs, trained.fit.batch, trained.task.n})
        classes[#classes + 1] = table.concat(s.task.classes, " ")
        assert.equal(30, #s.task.classes)
      end
      assert.equal(64, #classes)
      assert.equal(64, select(2, table.concat(classes, ";"):gsub(classes[1], "")))
    end
  end)

  it("runs every step, and reports it in every format", function()
    with_folder(function(folder)
      local tiny = {seeds = {1, 2}, precision = "float32", model = "mlp", trained = {1, 3},
        target = {1, 2, 3}, pretraining = {n = 60, epochs = 1}, transfer = {n = 60, epochs = 1},
        test = 40, invariance_n = 40}
      local results = experiment.run(home .. "/scripts/transforms_mismatch.lua",
        {settings = tiny, results = folder})
      assert.same({4, 12, 12}, {#results:steps "pretrain", #results:rows "probe",
        #results:rows "invariance"})
      local doc = experiment.protocol(home .. "/scripts/transforms_mismatch.lua").report(results)
      local text = doc:render "text"
      assert.matches("[0.890]", text, 1, true)
      assert.matches("2 superfluous", text, 1, true)
      assert.is_nil(text:find("missing |", 1, true))
      for _, format in ipairs {"markdown", "latex", "csv", "html"} do
        assert.is_true(#doc:write(format, folder .. "/" .. format) > 0)
      end
    end)
  end)
end)
