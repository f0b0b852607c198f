-- Does an invariance that was learned on one distribution hold on another? Speicher,
-- Nanda and Gummadi, "Understanding the Role of Invariance in Transfer Learning" (TMLR
-- 2024): transfer of invariance. Networks learn to be invariant to one transformation
-- each, and are measured on other objects, other kinds of objects, other data sets.

local invar = require "invar"
local measure, report, rng = invar.measure, invar.report, invar.rng
local tasks = invar.tasks

-- ---- method ------------------------------------------------------------------------

-- What is between the pictures and the penultimate representation, for the atlas.
local layers = {
  ["resnet-8"] = {"layer1", "layer2", "layer3"},
  ["resnet-18"] = {"layer1", "layer2", "layer3", "layer4"},
  ["vgg-11"] = {"features.3", "features.7", "features.14", "features.21", "features.28"},
  ["densenet-121"] = {"dense1", "dense2", "dense3"},
  ["vit"] = {"model.enc.0", "model.enc.2", "model.enc.4"},
}

-- n samples with these transformations. `kind`: {objects = "image" or "random" (each a
-- fixed square of noise), which = "primary" or "secondary", backgrounds = "image" or
-- "random" (new noise in each sample)}, or {pictures = a labelled set}, of which whole
-- pictures are transformed.
local function task(seed, classes, kind, list, n)
  if kind.pictures then return {pictures = kind.pictures, transforms = list, seed = seed} end
  local drawn = rng.new(seed):at("classes"):choice(61, 2 * classes)
  local first = kind.which == "primary" and 1 or classes + 1
  return {
    objects = kind.objects == "image" and "builtin" or {"random", seed = seed},
    classes = table.move(drawn, first, first + classes - 1, 1, {}),
    backgrounds = kind.backgrounds == "image" and "builtin" or "random",
    transforms = list, n = n, seed = seed,
  }
end

local function trained_on(kind) return {objects = kind, which = "primary", backgrounds = kind} end

-- All kinds of data that are measured on.
local function kinds(pictures)
  local list = {}
  for _, objects in ipairs {"image", "random"} do
    for _, which in ipairs {"primary", "secondary"} do
      for _, backgrounds in ipairs {"image", "random"} do
        list[#list + 1] = {objects = objects, which = which, backgrounds = backgrounds}
      end
    end
  end
  for _, name in ipairs(pictures) do list[#list + 1] = {pictures = name} end
  return list
end

-- The distance of twins that differ in one transformation, for all transformations and
-- kinds of data; in all layers for the primary objects that networks are trained on.
local function invariance(step)
  local s, rows = step.settings, {}
  local net = tasks.network(s.pretrained)
  for _, kind in ipairs(kinds(s.pictures)) do
    local list = {"penultimate"}
    if kind.which == "primary" and kind.objects == kind.backgrounds then -- for the atlas
      table.move(layers[s.model] or {}, 1, 10, 2, list)
    end
    for _, transform in ipairs(s.transforms) do
      local set = tasks.split(task(s.seed, s.classes, kind, {transform}, s.test), "test", s.test)
      local row = measure.invariance(net, set, set:twin(s.seed + 1000003), {layer = list,
        metric = s.metrics, seed = s.seed})
      row.transform = transform
      for name, value in pairs(kind) do row[name] = value end
      rows[#rows + 1] = row
    end
  end
  return rows
end

-- All networks learn by Adam at a constant rate, but ViT: five epochs at a thousandth
-- of it, then along a cosine over 200 epochs, of which only the first are made.
local function recipe(s, model, epochs)
  local fit = {epochs = epochs, batch = s.pretraining.batch,
    optimizer = {"adam", lr = s.pretraining.lr}}
  if model == "vit" then
    local epoch = math.ceil(s.n / fit.batch)
    fit.optimizer.weight_decay = 5e-5
    fit.schedule = {"cosine", warmup = 5 * epoch, warmup_factor = 1e-3, over = 200 * epoch,
      final = 0.01}
  end
  return fit
end

-- CIFAR-10 and CIFAR-100 as far as they are here. Fashion-MNIST (gray) stands in for
-- CIFAR-10.
local function pictures_here()
  local list = {}
  list[1] = tasks.on_disk("cifar10", "fashion_mnist")
  list[#list + 1] = tasks.on_disk "cifar100"
  return list
end

local function run(ctx)
  local s, pictures = ctx.settings, pictures_here()
  local function study(seed, model, kind, transform)
    local list = (transform == "none" or transform == "untrained") and {} or {transform}
    local epochs = transform == "untrained" and 0 or s.pretraining.epochs
    local pretrained = ctx:step("pretrain", {model = model, kind = kind, transform = transform,
      seed = seed, precision = s.precision, test = s.test, fit = recipe(s, model, epochs),
      task = task(seed, s.classes, trained_on(kind), list, s.n)}, tasks.pretrain)
    ctx:step("invariance", {pretrained = pretrained, model = model, kind = kind, seed = seed,
      trained = transform, classes = s.classes, transforms = s.transforms, pictures = pictures,
      metrics = s.metrics, test = s.test}, invariance)
  end

  for _, seed in ipairs(ctx.seeds) do
    for _, model in ipairs(s.models) do
      study(seed, model, "image", "untrained")
      for _, kind in ipairs(s.kinds) do
        study(seed, model, kind, "none")
        for _, transform in ipairs(s.transforms) do study(seed, model, kind, transform) end
      end
    end
  end
end

-- ---- report ------------------------------------------------------------------------

-- L2 distances: in distribution, other objects of the kind, the other kind, CIFAR-10,
-- CIFAR-100. The paper has mean and deviation of "same" alone, here the means.
local published = {
  ["resnet-18"] = {
    image = {same = {.12, .21, .56, .37, .35}, other = {.40, .41, .69, .51, .50},
      none = {.39, .42, .69, .48, .48}},
    random = {same = {.12, .44, .24, .40, .37}, other = {.64, .69, .33, .46, .45},
      none = {.65, .70, .35, .49, .47}},
  },
  ["vgg-11"] = {image = {same = {.12, .19, .66, .34, .33}, other = {.39, .39, .75, .50, .49}}},
  ["densenet-121"] = {
    image = {same = {.16, .24, .67, .42, .40}, other = {.39, .40, .73, .50, .48}}},
  ["vit"] = {image = {same = {.22, .26, .52, .36, .33}, other = {.41, .41, .64, .48, .46}}},
}

local relations = {"same", "other", "none", "untrained"}
local near = {"in distribution", "other objects", "the other kind"}
local titles = {cifar10 = "CIFAR-10", cifar100 = "CIFAR-100",
  fashion_mnist = "Fashion-MNIST for CIFAR-10"}

-- Where data is in that table, for a network trained on a kind of objects; nil for
-- primary or secondary objects on the other backgrounds. An untrained network is
-- looked at as if it were trained on that kind.
local function column_of(row, kind)
  if row.pictures then return titles[row.pictures] end
  if row.objects ~= row.backgrounds then return nil end
  if row.objects ~= kind then return near[3] end
  return row.which == "primary" and near[1] or near[2]
end

local function data_name(row)
  return titles[row.pictures] or ("%s %s on %s"):format(row.which, row.objects, row.backgrounds)
end

-- The five columns of the paper's table, with the stand-in where there is one, and all
-- data by name.
local function columns_of(results)
  local step = results:steps "invariance"[1]
  local pictures, columns, data = step and step.settings.pictures or {}, {}, {}
  for i, name in ipairs(near) do columns[i] = name end
  columns[4] = pictures[1] == "fashion_mnist" and titles.fashion_mnist or titles.cifar10
  columns[5] = titles.cifar100
  for i, kind in ipairs(kinds(pictures)) do data[i] = data_name(kind) end
  return columns, data
end

-- A row for each distance: of a network that was trained with the transformation that
-- is measured ("same"), another one, none, or not at all.
local function distances_of(results, kinds_trained)
  local rows = {}
  local function add(s, kind, row)
    local relation = s.trained == row.transform and "same"
      or (s.trained == "none" or s.trained == "untrained") and s.trained or "other"
    for field, value in pairs(row) do
      local layer = field:match "^l2%.(.*)"
      rows[#rows + 1] = layer and {model = s.model, seed = s.seed, kind = kind,
        relation = relation, trained = s.trained, transform = row.transform, layer = layer,
        data = data_name(row), column = column_of(row, kind), distance = value} or nil
    end
  end
  for _, step in ipairs(results:steps "invariance") do
    local s = step.settings
    for _, row in ipairs(step.state == "done" and step:rows() or {}) do
      if s.trained ~= "untrained" then add(s, s.kind, row) end
      for _, kind in ipairs(s.trained == "untrained" and kinds_trained or {}) do
        add(s, kind, row)
      end
    end
  end
  return rows
end

local function those(rows, wanted)
  local list = {}
  for _, row in ipairs(rows) do
    local fits = true
    for field, value in pairs(wanted) do fits = fits and row[field] == value end
    if fits then list[#list + 1] = row end
  end
  return list
end

-- One value for each seed and transformation, so that "same" (one network) and "other"
-- (the mean of the others) have the same n; `names` of the field in this order.
local function by_transform(rows, field, names)
  local list = {}
  for _, name in ipairs(names) do
    for _, relation in ipairs(relations) do
      local part = those(rows, {relation = relation, [field] = name})
      for _, row in ipairs(report.aggregate(part, {by = {"seed", "transform"},
        value = "distance"})) do
        row.relation, row[field], row.distance = relation, name, row.distance.mean
        list[#list + 1] = row
      end
    end
  end
  return list
end

local function published_at(model, kind, columns)
  local lines = {}
  for relation, numbers in pairs((published[model] or published["resnet-18"])[kind] or {}) do
    lines[relation] = {}
    for c, column in ipairs(columns) do lines[relation][column] = numbers[c] end
  end
  return lines
end

-- The part of the report on networks of one model, trained on one kind of objects.
local function add_networks(doc, rows, about, columns, data)
  local name = ("%s-%s"):format(about.model, about.kind)
  local penultimate = those(rows, {layer = "penultimate"})
  local list, all = by_transform(penultimate, "column", columns),
    by_transform(penultimate, "data", data)
  doc:heading(("%s, trained on %s objects on %s backgrounds"):format(about.model, about.kind,
    about.kind))
  doc:table {corner = "trained with", format = "%.2f", name = name,
    pivot = report.pivot(list, {rows = "relation", columns = "column", value = "distance",
      row_names = relations, column_names = columns}),
    published = published_at(about.model, about.kind, columns),
    caption = "Distance between twins that differ in one transformation, of networks that were "
      .. "trained with it, with another one, with none, and not trained.",
    note = "n: seeds x transformations." .. (published[about.model] and ""
      or " Published: resnet-18.")}
  doc:table {corner = "data", format = "%.2f", name = name .. "-all",
    pivot = report.pivot(all, {rows = "data", columns = "relation", value = "distance",
      row_names = data, column_names = relations}),
    caption = "The same on all data: objects on backgrounds, and whole pictures."}
  if #list == 0 then return end
  doc:figure {plot = "bar", data = list, x = "column", y = "distance", by = "relation", ymin = 0,
    ylabel = "distance", legend = "trained with", name = name .. "-bars",
    caption = "The first table as a figure; 95 % intervals."}
end

-- By how much the distance is lower where the transformation was trained with.
local function add_gaps(doc, rows, s, columns)
  local lines = {}
  for _, kind in ipairs(s.kinds) do
    for _, column in ipairs(columns) do
      local list = by_transform(those(rows, {kind = kind, layer = "penultimate"}), "column",
        {column})
      local line = {kind = kind, column = column}
      if #list > 0 then
        line.gap = report.gap(list, {by = "relation", value = "distance",
          between = {"other", "same"}, pair = {"seed", "transform"}})
        line.low, line.high = line.gap.low, line.gap.high
      end
      lines[#lines + 1] = line
    end
  end
  doc:heading "Does invariance transfer?"
  doc:table {rows = lines, name = "gaps", columns = {{"kind", "trained on"}, {"column", "data"},
    {"gap", "other - same", "%.2f"}, {"low", "95 % from", "%.2f"}, {"high", "to", "%.2f"}},
    caption = "How much nearer to invariant networks are that were trained with the "
      .. "transformation: above 0, the invariance transfers."}
end

-- Are the networks that are the most invariant in distribution so elsewhere?
local function add_correlations(doc, rows, s, columns)
  local lines, found = {}, {}
  local function key(row)
    return table.concat({row.model, row.kind, row.trained, row.transform, row.seed}, " ")
  end
  local trained = {}
  for _, row in ipairs(those(rows, {layer = "penultimate"})) do
    if row.relation ~= "untrained" then trained[#trained + 1] = row end
  end
  for _, row in ipairs(those(trained, {column = near[1]})) do found[key(row)] = row.distance end
  for _, kind in ipairs(s.kinds) do
    for c = 2, #columns do
      local list, line = {}, {kind = kind, column = columns[c]}
      for i, row in ipairs(those(trained, {kind = kind, column = columns[c]})) do
        list[i] = {here = found[key(row)], there = row.distance, seed = row.seed}
      end
      local r = #list > 1 and report.correlation(list, {x = "here", y = "there",
        method = "spearman", interval = "bootstrap", unit = "seed"}) or {}
      line.r, line.low, line.high, line.n = r.r, r.low, r.high, r.n
      lines[#lines + 1] = line
    end
  end
  doc:table {rows = lines, name = "correlation", columns = {{"kind", "trained on"},
    {"column", "data"}, {"r", "Spearman's r", "%.2f"}, {"low", "95 % from", "%.2f"},
    {"high", "to", "%.2f"}, {"n", "n"}},
    caption = "Correlation of the distance in distribution with the distance elsewhere, over "
      .. "networks and transformations; intervals by bootstrap over seeds."}
end

-- Beyond the paper: where in the network invariance is made, and how far it holds.
local function add_atlas(doc, rows, s, model, kind)
  local columns, panels = table.move(layers[model] or {}, 1, 10, 1, {}), {}
  columns[#columns + 1] = "penultimate"
  local function add(relation, column, title)
    local list = those(rows, {relation = relation, column = column})
    if #list == 0 then return end
    local pivot = report.pivot(list, {rows = "transform", columns = "layer", value = "distance",
      row_names = s.transforms, column_names = columns})
    panels[#panels + 1] = {title = title, values = pivot.cells, rows = pivot.rows,
      columns = pivot.columns}
  end
  for _, relation in ipairs(relations) do add(relation, near[1], relation) end
  add("same", near[3], "same, the other kind")
  add("other", near[3], "other, the other kind")
  if #panels == 0 then return end
  doc:figure {plot = "heat", panels = panels, across = 3, low = 0, high = 1, xlabel = "layer",
    ylabel = "transformation", name = ("atlas-%s-%s"):format(model, kind),
    caption = ("Atlas of invariance: %s trained on %s objects. Distance between twins by "
    .. "transformation and layer, in distribution and on the other kind of objects, of networks "
    .. "trained with the transformation, another one, none, untrained."):format(model, kind)}
end

local function make_report(results)
  local s, columns, data = results.settings, columns_of(results)
  local rows = distances_of(results, s.kinds)
  local doc = results:document "Transfer of invariance"
  doc:text(("Networks learn %d classes from %d samples in %d epochs with one of %d transformations "
    .. "(published: resnet-18, 30 classes, 50000 samples, 18 transformations). Distances are of "
    .. "penultimate representations, relative to random pairs: 0, invariant; 1, as far apart as "
    .. "any two samples."):format(s.classes, s.n, s.pretraining.epochs, #s.transforms))
  if columns[4] == titles.fashion_mnist then
    doc:text [[CIFAR-10 is not here. Fashion-MNIST stands in for it: gray pictures, which hue and
grayscale leave as they are, so that all networks are invariant to these.]]
  end
  for _, model in ipairs(s.models) do
    for _, kind in ipairs(s.kinds) do
      local about = {model = model, kind = kind}
      local own = those(rows, about)
      add_networks(doc, own, about, columns, data)
      add_atlas(doc, own, s, model, kind)
    end
  end
  add_gaps(doc, rows, s, columns)
  add_correlations(doc, rows, s, columns)
  return doc:provenance(results:provenance())
end

-- ---- sizes -------------------------------------------------------------------------

return {
  name = "invariance_transfer",
  summary = "Does an invariance learned on one distribution hold on another?",
  run = run,
  report = make_report,

  defaults = {
    seeds = {1}, models = {"resnet-18"}, precision = "float32", classes = 30,
    kinds = {"image", "random"}, transforms = tasks.transforms(),
    n = 50000, test = 10000, metrics = {"l2", "cos", "dotprod"},
    pretraining = {epochs = 50, batch = 512, lr = 1e-3},
  },

  presets = {
    -- To the letter: 38 pretrainings of 2.5 million samples for each seed and network. On 2
    -- cores resnet-18 needs 38 x 4.5 h (1.8 h in bf16), ten times.
    paper = {seeds = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10},
      models = {"resnet-18", "vgg-11", "densenet-121", "vit"}},

    -- 3 seeds x 37 networks x 96,000 samples: 111 x 24 s; 117 x 25 s to measure.
    small = {seeds = {1, 2, 3}, models = {"resnet-8"}, precision = "bf16", n = 8000, test = 500,
      pretraining = {epochs = 12, batch = 64}, metrics = {"l2"}},

    -- 3 seeds x 8 networks x 40,000 samples: 24 x 10 s; 27 x 5 s to measure.
    quick = {seeds = {1, 2, 3}, models = {"resnet-8"}, precision = "bf16", n = 4000, test = 400,
      transforms = {"rotate", "hue", "blur"}, pretraining = {epochs = 10, batch = 64},
      metrics = {"l2"}},
  },
}
