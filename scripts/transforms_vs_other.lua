-- Is it worth more for transfer that pretraining and target have the same
-- transformations than that they agree in other factors? Speicher, Nanda and Gummadi,
-- "Understanding the Role of Invariance in Transfer Learning" (TMLR 2024), section 5.1.

local invar = require "invar"
local report, rng, tasks = invar.report, invar.rng, invar.tasks

-- ---- method ------------------------------------------------------------------------

-- Two transformations of each category are drawn: one of each is set 1, which the
-- target has, the others are set 2. Classes are drawn, half of them for the target.
local function draw(seed, part)
  local draws = rng.new(seed)
  local same, disjoint = table.unpack(tasks.transform_sets(draws:at "transforms", 2))
  local n = part.classes
  local all = draws:at "classes":choice(part.of, 2 * n)
  return {
    transforms = {same = same, disjoint = disjoint},
    classes = { -- of pretraining, in their relation to those of the target
      subset = table.move(all, 1, part.subset, 1, {}),
      disjoint = table.move(all, n + 1, 2 * n, 1, {}),
      same = table.move(all, 1, n, 1, {}),
      superset = all,
    },
    -- Pretraining and target samples are drawn separately.
    pretraining = draws:at "pretraining":integer(1, 1000000000),
    target = draws:at "target":integer(1, 1000000000),
  }
end

-- Transforms-2D has n samples in all; labelled pictures, which get transformations as
-- augmentations that are fixed for each sample, n of each class.
local function task(part, classes, transforms, n, seed)
  if not part.pictures then
    return {classes = classes, transforms = transforms, n = n, seed = seed}
  end
  return {pictures = part.pictures, classes = classes, transforms = transforms, per_class = n,
    seed = seed}
end

-- All networks learn by Adam at a constant rate, but ViT: five epochs at a thousandth
-- of it, then along a cosine over 200 epochs, of which only the first are made.
local function recipe(s, model, samples)
  local fit = {epochs = s.pretraining.epochs, batch = s.pretraining.batch,
    optimizer = {"adam", lr = s.pretraining.lr}}
  if model == "vit" then
    local epoch = math.ceil(samples / fit.batch)
    fit.optimizer.weight_decay = 5e-5
    fit.schedule = {"cosine", warmup = 5 * epoch, warmup_factor = 1e-3, over = 200 * epoch,
      final = 0.01}
  end
  return fit
end

-- One factor varies, the others have their defaults.
local function design(s, part)
  local list = {}
  local function add(factor, values, others)
    for _, value in ipairs(values) do
      local cell = {relation = s.relation, model = s.model, samples = part.samples,
        target_samples = part.target_samples}
      for name, other in pairs(others or {}) do cell[name] = other end
      cell[factor] = value
      list[#list + 1] = cell
    end
  end
  add("relation", s.relations)
  add("model", s.models)
  add("samples", part.sample_counts)
  -- Fewer target samples, with pretraining on the target's own classes.
  add("target_samples", part.target_counts, {relation = "same"})
  return list
end

-- Pretrains a network for a cell of the design and transfers it to the target.
local function study(ctx, s, part, seed, cell, transforms)
  local drawn = draw(seed, part)
  local classes = drawn.classes[cell.relation]
  local about = {part = part.name, relation = cell.relation, samples = cell.samples,
    transforms = transforms, seed = seed, test = s.test}
  local function step(name, target_samples, more, f)
    local settings = {target_samples = target_samples, task = task(part, drawn.classes.same,
      drawn.transforms.same, target_samples, drawn.target)}
    for _, t in ipairs {about, more} do
      for key, value in pairs(t) do settings[key] = value end
    end
    ctx:step(name, settings, f)
  end

  about.pretrained = ctx:step("pretrain", {model = cell.model, precision = s.precision,
    seed = seed, test = s.test,
    task = task(part, classes, drawn.transforms[transforms], cell.samples, drawn.pretraining),
    fit = recipe(s, cell.model, cell.samples * (part.pictures and #classes or 1))},
    tasks.pretrain)
  step("probe", cell.target_samples, {probe = s.probe}, tasks.probe)
  if cell.target_samples ~= part.target_samples then return end
  for _, n in ipairs(part.finetune_counts) do
    step("finetune", n, {probe = s.probe, finetune = s.finetune}, tasks.finetune)
  end
  -- Beyond the paper: how invariant is the network to the target's transformations?
  step("invariance", cell.target_samples, {test = s.invariance_n}, tasks.invariance)
end

-- The parts of the experiment that this machine has the data for. Fashion-MNIST (gray,
-- 32 x 32) stands in for CIFAR-10; nothing here could for CIFAR-100.
local function parts_of(s)
  local list = {}
  for _, name in ipairs(s.parts) do
    local part = {name = name}
    for key, value in pairs(s[name]) do part[key] = value end
    if name == "cifar10" then part.pictures = tasks.on_disk("cifar10", "fashion_mnist") end
    if name == "cifar100" then part.pictures = tasks.on_disk "cifar100" end
    if name == "transforms2d" or part.pictures then list[#list + 1] = part end
  end
  return list
end

local function run(ctx)
  local s = ctx.settings
  local parts = parts_of(s)
  for _, seed in ipairs(ctx.seeds) do
    for _, part in ipairs(parts) do
      for _, cell in ipairs(design(s, part)) do
        for _, transforms in ipairs {"same", "disjoint"} do
          study(ctx, s, part, seed, cell, transforms)
        end
      end
    end
  end
end

-- ---- sizes -------------------------------------------------------------------------

-- The paper's.
local defaults = {
  seeds = {1}, precision = "float32",
  relation = "disjoint", relations = {"subset", "disjoint", "same", "superset"},
  model = "resnet-18", models = {"resnet-18", "resnet-50", "densenet-121", "vgg-11", "vit"},
  pretraining = {epochs = 50, batch = 512, lr = 1e-3},
  probe = {solver = "adam", epochs = 200, batch = 512, lr = 1e-3},
  finetune = {epochs = 50, batch = 512, lr = 1e-3, schedule = {"linear"}},
  test = 10000, invariance_n = 10000,
  parts = {"transforms2d", "cifar10", "cifar100"},
  -- classes: of the target, and as many others for pretraining, drawn from `of`;
  -- subset: how many of the target's are pretrained on where these are some of them.
  transforms2d = {classes = 30, of = 61, subset = 10,
    samples = 50000, sample_counts = {1000, 10000, 50000, 100000, 500000},
    target_samples = 50000, target_counts = {50, 200, 500, 2000, 5000},
    finetune_counts = {200, 2000}},
  -- Pretraining samples of each class; target samples as a fraction, for fine-tuning of
  -- each class (200 and 2,000 in all). A third of the classes is the subset, as above.
  cifar10 = {classes = 5, of = 10, subset = 2,
    samples = 4500, sample_counts = {10, 50, 200, 1000, 4500},
    target_samples = 1.0, target_counts = {0.01, 0.05, 0.1, 0.5, 1.0},
    finetune_counts = {40, 400}},
  cifar100 = {classes = 50, of = 100, subset = 17,
    samples = 500, sample_counts = {10, 50, 100, 250, 500},
    target_samples = 1.0, target_counts = {0.01, 0.05, 0.1, 0.5, 1.0},
    finetune_counts = {4, 40}},
}

local presets = {
  -- To the letter: for each seed and part 24 pretrainings, 32 or 34 probes and 48
  -- fine-tunings; Transforms-2D takes 101 million samples of pretraining for each seed.
  paper = {seeds = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10}},

  -- Smaller networks (resnet-50 and ViT take 6 and 8 times as long as resnet-18,
  -- densenet-121 as long as all of this) and fewer samples.
  small = {seeds = {1, 2, 3}, precision = "bf16", model = "resnet-8",
    models = {"resnet-8", "resnet-18", "vgg-11", "mlp"},
    pretraining = {epochs = 12, batch = 128}, probe = {batch = 256},
    finetune = {epochs = 20, batch = 128}, test = 5000, invariance_n = 2000,
    transforms2d = {samples = 5000, sample_counts = {500, 1000, 2500, 5000, 10000},
      target_samples = 5000, finetune_counts = {200, 500}},
    cifar10 = {samples = 500, sample_counts = {10, 50, 200, 500, 1000},
      finetune_counts = {40}}},

  -- 42 pretrainings, 60 probes, 42 fine-tunings: 6 min.
  quick = {seeds = {1, 2, 3}, precision = "bf16", model = "resnet-8",
    models = {"resnet-8", "mlp"}, parts = {"transforms2d"},
    pretraining = {epochs = 10, batch = 64}, probe = {epochs = 100, batch = 128},
    finetune = {epochs = 20, batch = 64}, test = 2000, invariance_n = 1000,
    transforms2d = {samples = 4000, sample_counts = {1000, 2000, 4000}, target_samples = 2000,
      target_counts = {50, 200, 500}, finetune_counts = {200}}},
}

-- ---- report ------------------------------------------------------------------------

local factors = {
  {"relation", "class relationship", list = "relations"},
  {"model", "architecture", list = "models"},
  {"samples", "pretraining samples", list = "sample_counts"},
  {"target_samples", "target samples", list = "target_counts"},
}

-- Transforms-2D, linear probe, read off the figures: {same, disjoint}.
local published = {
  relation = {subset = {0.87, 0.72}, disjoint = {0.95, 0.80}, same = {1.00, 0.87},
    superset = {1.00, 0.89}},
  model = {["resnet-18"] = {0.95, 0.80}, ["resnet-50"] = {0.93, 0.78},
    ["densenet-121"] = {0.94, 0.78}, ["vgg-11"] = {0.93, 0.76}, vit = {0.91, 0.78}},
  samples = {[1000] = {0.67, 0.53}, [10000] = {0.88, 0.71}, [50000] = {0.95, 0.83},
    [100000] = {0.97, 0.84}, [500000] = {0.96, 0.84}},
  target_samples = {[50] = {0.81, 0.45}, [200] = {1.00, 0.78}, [500] = {1.00, 0.85},
    [2000] = {1.00, 0.95}, [5000] = {1.00, 0.98}},
}
-- Spread within the same and within disjoint transformations, and the gap.
local published_summary = {
  probe = {relation = {0.13, 0.17, 0.14}, model = {0.03, 0.04, 0.15},
    samples = {0.30, 0.31, 0.14}},
  [200] = {relation = {nil, nil, 0.12}, model = {nil, nil, 0.12}, samples = {nil, nil, 0.15}},
}

local titles = {transforms2d = "Transforms-2D", cifar10 = "CIFAR-10", cifar100 = "CIFAR-100",
  fashion_mnist = "Fashion-MNIST"}

-- What a part is called: pictures that stand in for others are named as such.
local function title_of(part, rows)
  local pictures = rows[1] and rows[1]["task.pictures"]
  if not pictures or pictures == part then return titles[part] end
  return ("%s (standing in for %s)"):format(titles[pictures], titles[part])
end

-- The rows of a part with the design's fields under their names.
local function rows_of(results, step, part)
  local list = {}
  for _, row in ipairs(results:rows(step)) do
    row.model = row["pretrained.model"]
    if row.part == part then list[#list + 1] = row end
  end
  return list
end

-- The rows in which no factor but this one differs from its default.
local function varying(rows, factor, s, part)
  local default = {relation = factor == "target_samples" and "same" or s.relation,
    model = s.model, samples = s[part].samples, target_samples = s[part].target_samples}
  local list = {}
  for _, row in ipairs(rows) do
    local fits = true
    for name, value in pairs(default) do
      -- Fine-tuning has its own numbers of target samples.
      local free = name == factor or name == "target_samples" and row.finetune
      fits = fits and (free or row[name] == value)
    end
    if fits then list[#list + 1] = row end
  end
  return list
end

local function values_of(factor, s, part) return s[factor.list] or s[part][factor.list] end

local columns = {
  {"transfer, same", "same", "accuracy"}, {"transfer, disjoint", "disjoint", "accuracy"},
  {"in-distribution, same", "same", "pretrained.accuracy"},
  {"in-distribution, disjoint", "disjoint", "pretrained.accuracy"},
  {"training, same", "same", "pretrained.train_accuracy"},
  {"training, disjoint", "disjoint", "pretrained.train_accuracy"},
}

-- A table and a figure of how accuracies depend on one factor.
local function add_factor(doc, factor, rows, s, part, title)
  local field, values = factor[1], values_of(factor, s, part)
  local pivot, beside, points = {rows = values, columns = {}, cells = {}}, {}, {}
  for i = 1, #values do pivot.cells[i] = {} end
  for c, column in ipairs(columns) do
    pivot.columns[c] = column[1]
    local own = report.pivot(rows, {rows = field, columns = "transforms", value = column[3],
      row_names = values, column_names = {column[2]}})
    for i, cells in ipairs(own.cells) do pivot.cells[i][c] = cells[1] end
  end
  for value, pair in pairs(part == "transforms2d" and published[field] or {}) do
    beside[value] = {["transfer, same"] = pair[1], ["transfer, disjoint"] = pair[2]}
  end
  doc:heading(("%s: %s"):format(title, factor[2]), 2)
  doc:table {pivot = pivot, published = beside, format = "%.3f", corner = factor[2],
    name = part .. "-" .. field, caption = ("%s: accuracies by %s, for pretraining with the "
      .. "same transformations as the target and with disjoint ones."):format(title, factor[2])}
  for _, value in ipairs(values) do
    for _, row in ipairs(rows) do
      for _, c in ipairs(row[field] == value and {1, 2, 5, 6} or {}) do
        if row.transforms == columns[c][2] then
          points[#points + 1] = {x = value, accuracy = row[columns[c][3]], of = columns[c][1]}
        end
      end
    end
  end
  if #points == 0 then return end
  doc:figure {plot = "line", data = points, x = "x", y = "accuracy", by = "of", ymin = 0, ymax = 1,
    logx = type(values[1]) == "number", xlabel = factor[2], ylabel = "accuracy",
    name = part .. "-" .. field, caption = ("%s: transfer and training accuracy by %s; 95 %% "
      .. "intervals over seeds."):format(title, factor[2])}
end

-- A line of the summary: how much a factor matters within same and within disjoint
-- transformations, and how much these matter.
local function summarise(rows, factor)
  local spread, sides = {}, {same = {}, disjoint = {}}
  for _, row in ipairs(rows) do table.insert(sides[row.transforms], row) end
  for name, side in pairs(sides) do
    spread[name] = #side > 0 and report.spread(side, {by = factor, value = "accuracy"}).spread
  end
  return {spread.same or nil, spread.disjoint or nil, #rows > 0 and report.gap(rows, {
    by = "transforms", value = "accuracy", between = {"same", "disjoint"}, pair = "seed"}) or nil}
end

local function add_summary(doc, results, s, part, title)
  local pivot = {rows = {}, columns = {"spread, same", "spread, disjoint", "gap"}, cells = {}}
  local beside = {}
  local function add(method, how, rows)
    for i, factor in ipairs(factors) do
      if how == "probe" or i < 4 then
        local name = ("%s, %s"):format(factor[2], method)
        local known = part == "transforms2d" and (published_summary[how] or {})[factor[1]] or {}
        table.insert(pivot.rows, name)
        table.insert(pivot.cells, summarise(varying(rows, factor[1], s, part), factor[1]))
        beside[name] = {}
        for c, column in ipairs(pivot.columns) do beside[name][column] = known[c] end
      end
    end
  end
  add("linear probe", "probe", rows_of(results, "probe", part))
  for _, n in ipairs(s[part].finetune_counts) do
    local rows = {}
    for _, row in ipairs(rows_of(results, "finetune", part)) do
      row.finetune = true
      if row.target_samples == n then rows[#rows + 1] = row end
    end
    add(("fine-tuned on %s%s"):format(n, part == "transforms2d" and "" or " of each class"), n,
      rows)
  end
  doc:heading(title .. ": what matters", 2)
  doc:table {pivot = pivot, published = beside, format = "%.3f", corner = "factor",
    name = part .. "-summary", caption = ("%s: the largest minus the smallest mean transfer "
      .. "accuracy over the values of a factor, for the same and for disjoint transformations; "
      .. "and the mean of the one minus that of the other."):format(title)}
end

-- Beyond the paper: which share of the variance each factor explains. The shares
-- depend on the values that a factor was given.
local function add_variance(doc, rows, part, title)
  local shares, shown = report.variance(rows, {factors = {"transforms", "relation", "model",
    "samples", "target_samples"}, value = "accuracy", unit = "seed"}), {}
  for _, row in ipairs(shares) do
    if row.df > 0 then shown[#shown + 1] = row end
  end
  doc:heading(title .. ": variance explained", 2)
  doc:table {rows = shown, columns = {{"term", "factor"}, {"df", "df", "%d"},
    {"share", "share", "%.3f"}, {key = "low", title = "from", format = "%.3f", optional = true},
    {key = "high", title = "to", format = "%.3f", optional = true}}, name = part .. "-variance",
    caption = ("%s: share of the variance of the transfer accuracy (linear probe) that each "
      .. "factor explains beyond the others, with 95 %% intervals (bootstrap over seeds)."):format(
      title)}
end

-- Beyond the paper: does an invariant network transfer better?
local function add_invariance(doc, probes, measured, part, title)
  local function key(row)
    return table.concat({row.seed, row.transforms, row.relation, row.model, row.samples,
      row.target_samples}, " ")
  end
  local distance, points, rows = {}, {}, {}
  for _, row in ipairs(measured) do distance[key(row)] = row.distance end
  for _, row in ipairs(probes) do
    if distance[key(row)] then
      points[#points + 1] = {accuracy = row.accuracy, distance = distance[key(row)],
        seed = row.seed, transforms = row.transforms}
    end
  end
  for i, which in ipairs {"all", "same", "disjoint"} do
    local list = {}
    for _, point in ipairs(points) do
      if which == "all" or point.transforms == which then list[#list + 1] = point end
    end
    local r = #list > 0 and report.correlation(list, {x = "distance", y = "accuracy",
      method = "spearman", interval = "bootstrap", unit = "seed"}) or {}
    rows[i] = {which = which, n = r.n, r = r.r, low = r.low, high = r.high}
  end
  doc:heading(title .. ": invariance and transfer", 2)
  doc:table {name = part .. "-distance", rows = report.aggregate(measured, {by = "transforms",
    value = "distance"}), columns = {{"transforms", "transformations of pretraining"},
    {"distance", "distance", "%.3f"}}, caption = ("%s: how far representations of target "
      .. "samples move when the target's transformations are drawn anew, relative to random pairs "
      .. "(l2): 0 is invariant."):format(title)}
  doc:table {name = part .. "-correlation", rows = rows, columns = {
    {"which", "transformations of pretraining"}, {"n", "networks", "%d"},
    {"r", "correlation", "%.2f"}, {"low", "from", "%.2f"}, {"high", "to", "%.2f"}},
    caption = ("%s: rank correlation of this distance with transfer accuracy (linear probe), "
      .. "95 %% intervals (bootstrap over seeds)."):format(title)}
end

local function make_report(results)
  local s = results.settings
  local doc = results:document "Transformations versus other factors"
  doc:text(("Networks are pretrained and transferred to a target. Where nothing else is said: %s "
    .. "classes, %s, linear probe, all samples. Published numbers: Transforms-2D, read off the "
    .. "figures. Objects and backgrounds are drawn by Invar, not the paper's pictures."):format(
    s.relation, s.model))
  local differences = results:differences(defaults)
  if #differences > 0 then
    doc:table {rows = differences, columns = {"setting", {"here", "this run"},
      {"there", "published"}}, name = "differences", caption = "Where this run differs from the "
      .. "paper."}
  end
  for _, part in ipairs(s.parts) do
    local probes, measured = rows_of(results, "probe", part), rows_of(results, "invariance", part)
    local title = title_of(part, probes)
    doc:heading(title)
    if #probes == 0 then
      doc:text(("%s: missing. Its data was not on the machine, or no step is done yet."):format(
        title))
    else
      add_summary(doc, results, s, part, title)
      for _, factor in ipairs(factors) do
        add_factor(doc, factor, varying(probes, factor[1], s, part), s, part, title)
      end
      if #probes > 1 then add_variance(doc, probes, part, title) end
      if #measured > 0 then add_invariance(doc, probes, measured, part, title) end
    end
  end
  return doc:provenance(results:provenance())
end

return {
  name = "transforms_vs_other",
  summary = "Do the same transformations matter more for transfer than other factors?",
  run = run,
  report = make_report,
  defaults = defaults,
  presets = presets,
}
