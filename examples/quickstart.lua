-- The main job: does it matter for transfer which invariances a network learned?
--
-- Two small networks are pretrained to tell 30 objects apart: one while these
-- undergo the transformations of the target task, one while they undergo
-- others. A random network stands beside them. All three are then frozen and
-- linear-probed on 30 other objects (transfer), and their invariance to each
-- target transformation is measured. This is the smallest form of section 5.1
-- of Speicher, Nanda, Gummadi, "Understanding the Role of Invariance in
-- Transfer Learning" (TMLR 2024).
--
--   invar examples/quickstart.lua [--seed 1] [--seeds 5] [--out out/quickstart]
--                                 [--objects DIR|pack] [--backgrounds DIR|pack]

local argparse = require "argparse"
local invar = require "invar"
local data, image, measure, models = invar.data, invar.image, invar.measure, invar.models
local plot, report, rng, train = invar.plot, invar.report, invar.rng, invar.train

local parser = argparse("quickstart.lua", "Pretrain with the target's transformations or "
  .. "with others, transfer, measure invariance.")
parser:option("--seed", "first seed"):default("1"):convert(math.tointeger)
parser:option("--seeds", "how many seeds to run"):default("1"):convert(math.tointeger)
parser:option("--out", "folder for pictures, figure and results"):default("out/quickstart")
parser:option("--objects", "folder of pictures with alpha, or pack (made by make assets)")
parser:option("--backgrounds", "folder of pictures, or pack")
local arguments = parser:parse()

-- One geometric, one photometric and one corrupting transformation each.
local target_transforms = {"rotate", "hue", "blur"}
local other_transforms = {"translate", "brightness", "noise"}

local settings = {
  pretrain = {n = 8000, epochs = 8, batch = 128},
  probe = {n = 4000, solver = "lbfgs"}, -- solved to its minimum
  test = 2000, -- samples of each test set
  twins = 1000, -- pairs for each value of invariance
}

--- Pictures of `kind` (data.objects or data.backgrounds) from where the user says.
local function pictures(kind, place)
  if not place then return kind.builtin() end
  if place == "pack" then return kind.pack() end
  return kind.folder(place)
end

local objects = pictures(data.objects, arguments.objects)
local backgrounds = pictures(data.backgrounds, arguments.backgrounds)

--- 30 objects for the target task and 30 others for pretraining, or two halves
-- where there are fewer.
local function draw_classes(seed)
  local order = rng.new(seed):at("classes"):permutation(#objects)
  local half = math.min(30, #order // 2)
  if half < 2 then error(("at least 4 objects are needed, got %d"):format(#order), 0) end
  return table.move(order, 1, half, 1, {}), table.move(order, half + 1, 2 * half, 1, {})
end

local function dataset(seed, classes, transforms, n)
  return data.transforms2d {objects = objects, backgrounds = backgrounds, classes = classes,
    transforms = transforms, size = 32, n = n, seed = seed, cache = true}
end

--- How different the network finds twins that differ in `transform` only.
local function distance(net, seed, classes, transform)
  local set = dataset(seed, classes, {transform}, settings.twins):split("test")
  return measure.invariance(net, set, set:twin(seed + 1000), {metric = "l2"})
end

--- One repetition: a row of results for each pretraining.
local function run(seed, sheets)
  local target_classes, other_classes = draw_classes(seed)
  local target = dataset(seed, target_classes, target_transforms, settings.probe.n)
  local target_test = target:split("test", settings.test)
  local pretraining = {
    same = dataset(seed, other_classes, target_transforms, settings.pretrain.n),
    disjoint = dataset(seed, other_classes, other_transforms, settings.pretrain.n),
  }
  if sheets then
    image.save(sheets .. "/target.png", data.preview(target))
    image.save(sheets .. "/pretraining-same.png", data.preview(pretraining.same))
    image.save(sheets .. "/pretraining-disjoint.png", data.preview(pretraining.disjoint))
  end

  local rows = {}
  for i, name in ipairs {"same", "disjoint", "random"} do
    local row = {seed = seed, pretraining = name, version = invar.version,
      target_transforms = table.concat(target_transforms, " "),
      other_transforms = table.concat(other_transforms, " "),
      objects = arguments.objects or "builtin", backgrounds = arguments.backgrounds or "builtin"}
    local net = models.create("resnet-8", {classes = #other_classes, seed = seed})
    local own = pretraining[name]
    if own then
      train.fit(net, own, {epochs = settings.pretrain.epochs, batch = settings.pretrain.batch,
        optimizer = {"adam", lr = 1e-3}, seed = seed, label = "pretraining, " .. name})
      row.own = train.evaluate(net, own:split("test", settings.test)).macro_accuracy
    end
    row.transfer = train.linear_probe(net, target,
      {solver = settings.probe.solver, test = target_test, seed = seed}).test.macro_accuracy
    for _, transform in ipairs(target_transforms) do
      row[transform] = distance(net, seed, target_classes, transform)
    end
    rows[i], rows[name] = row, row
  end
  return rows
end

--- The finding in words, from the numbers.
local function conclude(rows)
  local same, disjoint, random = rows.same, rows.disjoint, rows.random
  local gain, nearer = same.transfer - disjoint.transfer, {}
  for _, transform in ipairs(target_transforms) do
    if same[transform] < disjoint[transform] then nearer[#nearer + 1] = transform end
  end
  return ("Pretraining with the target's transformations transfers %.1f points %s than "
    .. "pretraining with others\n(%.1f %% against %.1f %%; random network: %.1f %%), and is "
    .. "nearer to invariant on %d of %d target transformations%s."):format(
    100 * math.abs(gain), gain >= 0 and "better" or "worse", 100 * same.transfer,
    100 * disjoint.transfer, 100 * random.transfer, #nearer, #target_transforms,
    #nearer > 0 and (" (%s)"):format(table.concat(nearer, ", ")) or "")
end

-- What is shown of a row: field, title, format.
local columns = {
  {"pretraining", "pretraining"},
  {"own", "own task", "%.3f"},
  {"transfer", "transfer", "%.3f"},
}
for _, transform in ipairs(target_transforms) do
  columns[#columns + 1] = {transform, "distance, " .. transform, "%.3f"}
end

local function draw(file, rows)
  local titles, series = {}, {}
  for c = 2, #columns do titles[c - 1] = columns[c][2] end
  for r, row in ipairs(rows) do
    series[r] = {name = row.pretraining, values = {}}
    for c = 2, #columns do series[r].values[c - 1] = row[columns[c][1]] or 0 / 0 end
  end
  plot.bar {file = file, categories = titles, series = series, ymin = 0,
    title = "Pretraining with the target's transformations, with others, not at all",
    ylabel = "accuracy; distance (0: invariant)"}
end

report.folder(arguments.out)
local all = {}
local keys = {"seed", "target_transforms", "other_transforms", "objects", "backgrounds", "version"}
for _, column in ipairs(columns) do keys[#keys + 1] = column[1] end

for seed = arguments.seed, arguments.seed + arguments.seeds - 1 do
  local first = seed == arguments.seed
  local rows = run(seed, first and arguments.out)
  print(("\nTarget: %s. Others: %s. Seed %d.\n"):format(table.concat(target_transforms, ", "),
    table.concat(other_transforms, ", "), seed))
  print(report.table(rows, columns))
  print("\n" .. conclude(rows))
  if first then draw(arguments.out .. "/figure.png", rows) end
  table.move(rows, 1, #rows, #all + 1, all)
  report.csv(arguments.out .. "/results.csv", all, keys)
end
print(("\nContact sheets, figure and results.csv are in %s/."):format(arguments.out))
