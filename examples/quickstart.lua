-- The main job: does it matter for transfer which invariances a network learned?
--
-- Two small networks are pretrained to tell 30 objects apart, one while they
-- undergo the transformations of the target task, one while they undergo
-- others; a random network stands beside them. All three are then frozen and
-- linear-probed on 30 other objects (transfer), and their invariance to each
-- target transformation is measured. This is the smallest form of section 5.1
-- of Speicher, Nanda, Gummadi, "Understanding the Role of Invariance in
-- Transfer Learning" (TMLR 2024).
--
--   invar examples/quickstart.lua [--seed 1] [--seeds 5] [--out out/quickstart]
--                                 [--objects DIR] [--backgrounds DIR]

local argparse = require "argparse"
local invar = require "invar"
local data, image, measure, models = invar.data, invar.image, invar.measure, invar.models
local plot, report, rng, train = invar.plot, invar.report, invar.rng, invar.train

local parser = argparse("quickstart.lua", "Pretrain with the same or other transformations, transfer, measure.")
parser:option("--seed", "first seed"):default("1"):convert(math.tointeger)
parser:option("--seeds", "how many seeds to run"):default("1"):convert(math.tointeger)
parser:option("--out", "folder for pictures, figure and results"):default("out/quickstart")
parser:option("--objects", "folder of PNG files with alpha, one object each")
parser:option("--backgrounds", "folder of PNG files")
local arguments = parser:parse()

-- One geometric, one photometric and one corrupting transformation each.
local target_transforms = {"rotate", "hue", "blur"}
local other_transforms = {"translate", "brightness", "noise"}

local settings = {
  pretrain = {n = 6000, epochs = 8, batch = 128},
  probe = {n = 2000},
  test = 2000,
  pairs = 1000, -- twins per invariance value
}

local objects = arguments.objects and data.objects.folder(arguments.objects) or data.objects.builtin()
local backgrounds = arguments.backgrounds and data.backgrounds.folder(arguments.backgrounds)
  or data.backgrounds.builtin()

--- Half of the objects for the target task, as many others for pretraining.
local function draw_classes(seed)
  local order = rng.new(seed):at("classes"):permutation(#objects)
  local half = math.min(30, #order // 2)
  if half < 2 then error("quickstart: at least 4 objects are needed, got " .. #order, 0) end
  return table.move(order, 1, half, 1, {}), table.move(order, half + 1, 2 * half, 1, {})
end

local function task(seed, classes, transforms, n)
  return data.transforms2d {objects = objects, backgrounds = backgrounds, classes = classes,
    transforms = transforms, size = 32, n = n, seed = seed, cache = true}
end

local function run(seed, out)
  local target_classes, other_classes = draw_classes(seed)
  local target = task(seed, target_classes, target_transforms, settings.probe.n)
  local target_test = target:split("test", settings.test)
  local tasks = {
    same = task(seed, other_classes, target_transforms, settings.pretrain.n),
    disjoint = task(seed, other_classes, other_transforms, settings.pretrain.n),
  }
  if out then
    image.save(out .. "/target.png", data.preview(target))
    image.save(out .. "/pretraining_same.png", data.preview(tasks.same))
    image.save(out .. "/pretraining_disjoint.png", data.preview(tasks.disjoint))
  end

  local rows = {}
  for _, name in ipairs {"same", "disjoint", "random"} do
    local row = {pretraining = name, seed = seed}
    local net = models.create("resnet-8", {classes = #other_classes, seed = seed})
    if tasks[name] then
      train.fit(net, tasks[name], {epochs = settings.pretrain.epochs, batch = settings.pretrain.batch,
        optimizer = {"adam", lr = 1e-3}, schedule = {"cosine"}, seed = seed, label = "pretraining: " .. name})
      row.own = train.evaluate(net, tasks[name]:split("test", settings.test)).macro_accuracy
    end
    row.transfer = train.linear_probe(net, target,
      {seed = seed, test = target_test, label = "linear probe: " .. name}).test.macro_accuracy
    for _, transform in ipairs(target_transforms) do
      local set = task(seed, target_classes, {transform}, settings.pairs):split("test", settings.pairs)
      row[transform] = measure.invariance(net, set, set:twin(seed + 1000), {metric = "l2"})
    end
    rows[name] = row
    rows[#rows + 1] = row
  end
  return rows
end

local columns = {{"pretraining", "pretraining"}, {"own", "own task", "%.3f"}, {"transfer", "transfer", "%.3f"}}
local keys = {"seed", "pretraining", "own", "transfer"}
for _, transform in ipairs(target_transforms) do
  columns[#columns + 1] = {transform, transform, "%.3f"}
  keys[#keys + 1] = transform
end

--- The finding, in words, from the numbers.
local function conclude(rows)
  local gain = 100 * (rows.same.transfer - rows.disjoint.transfer)
  local nearer = {}
  for _, transform in ipairs(target_transforms) do
    if rows.same[transform] < rows.disjoint[transform] then nearer[#nearer + 1] = transform end
  end
  return ("Pretraining with the transformations of the target task transfers %.1f points %s than with others"
    .. " (%.1f %% against %.1f %%; a random network: %.1f %%), and its representation is nearer to invariant on %d"
    .. " of the %d target transformations%s."):format(math.abs(gain), gain >= 0 and "better" or "worse",
    100 * rows.same.transfer, 100 * rows.disjoint.transfer, 100 * rows.random.transfer, #nearer,
    #target_transforms, #nearer > 0 and " (" .. table.concat(nearer, ", ") .. ")" or "")
end

local function draw_figure(path, rows)
  local names = {"own task", "transfer"}
  local fields = {"own", "transfer"}
  for _, transform in ipairs(target_transforms) do
    names[#names + 1] = "distance: " .. transform
    fields[#fields + 1] = transform
  end
  local series = {}
  for s, row in ipairs(rows) do
    series[s] = {name = row.pretraining, values = {}}
    for f, field in ipairs(fields) do series[s].values[f] = row[field] or 0 / 0 end
  end
  plot.bars {file = path, categories = names, series = series, ymin = 0,
    title = "Pretraining with the same or with other transformations",
    ylabel = "accuracy; distance (0 = invariant)"}
end

report.folder(arguments.out)
local all = {}
for seed = arguments.seed, arguments.seed + arguments.seeds - 1 do
  local first = seed == arguments.seed
  local rows = run(seed, first and arguments.out)
  print(("\nseed %d: target %s; other %s\n"):format(seed, table.concat(target_transforms, ", "),
    table.concat(other_transforms, ", ")))
  print(report.table(rows, columns))
  print("\n" .. conclude(rows))
  if first then draw_figure(arguments.out .. "/figure.png", rows) end
  table.move(rows, 1, #rows, #all + 1, all)
  report.csv(arguments.out .. "/results.csv", all, keys)
end
print(("\nPictures, figure and results.csv are in %s."):format(arguments.out))
