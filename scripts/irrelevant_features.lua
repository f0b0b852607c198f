-- Protocol 2: irrelevant features (Speicher, Nanda and Gummadi, TMLR 2024, section
-- 5.4). Do representations keep features that are there but that the objective of
-- pretraining does not need?
--
-- Small objects are pasted into a corner of CIFAR-10 pictures. Object and picture are
-- drawn independently; the label is the class of the one or of the other. A network is
-- pretrained on each of four sets, and linear-probed on all of them.

local invar = require "invar"
local data, measure, report = invar.data, invar.measure, invar.report
local rng, tasks = invar.rng, invar.tasks

-- ---- method ------------------------------------------------------------------------

-- C: pictures alone; O: objects on black; C+O: both, labelled by the one or the other.
local sets = {"C", "C+O→C", "C+O→O", "O"}

-- A set as a task. `s`: the protocol's settings; `pictures`: the labelled set that they
-- are from; `about`: which set, and the position of the objects ("corner", or "random":
-- drawn for each sample), the share of samples that have one, and the correlation: the
-- probability that it is the object with the number of the picture's class.
local function task(s, seed, pictures, about)
  local set = about.set
  return {
    objects = "builtin", classes = rng.new(seed):at("objects"):choice(61, s.classes),
    backgrounds = set == "O" and "uniform" or pictures,
    class_from = (set == "C" or set == "C+O→C") and "background" or "object",
    fg_availability = set == "C" and 0.0 or about.share or 1.0,
    fg_bg_correlation = about.correlation or 0.0,
    fg_scale = 0.55,
    -- Where the released code's (21, 2) puts it: see help("data.transforms2d").
    fg_position = about.position == "corner" and {19, 0} or "random",
    n = s.n, seed = seed,
  }
end

-- How far the representation of C+O moves when the picture behind the object, or the
-- object, is exchanged: relative to random pairs, as all distances.
local function exchange(step)
  local s = step.settings
  local net, set = tasks.network(s.pretrained), tasks.split(s.task, "test", s.test)
  local function distance(what)
    return measure.invariance(net, set, set:twin(s.seed + 1000003, what), {seed = s.seed})
  end
  return {picture = distance "background", object = distance "object"}
end

local function run(ctx)
  local s = ctx.settings
  local pictures = tasks.on_disk("cifar10", "fashion_mnist") or error("neither CIFAR-10 nor "
    .. "Fashion-MNIST, which can stand in for it, is here: apt install dataset-fashion-mnist", 0)

  local function study(seed, about)
    local function target(set)
      return task(s, seed, pictures, {set = set, position = about.position})
    end
    local pretrained = ctx:step("pretrain", {variant = about, seed = seed, model = s.model,
      precision = s.precision, task = task(s, seed, pictures, about), fit = s.pretraining,
      test = s.test}, tasks.pretrain)
    for _, set in ipairs(sets) do
      ctx:step("probe", {pretrained = pretrained, target = set, seed = seed, task = target(set),
        probe = s.probe, test = s.test}, tasks.probe)
    end
    ctx:step("exchange", {pretrained = pretrained, seed = seed, task = target "C+O→C",
      test = s.test}, exchange)
  end

  for _, seed in ipairs(ctx.seeds) do
    for _, position in ipairs(s.positions) do
      for _, set in ipairs(sets) do study(seed, {set = set, position = position}) end
    end
    -- Extended: between C+O→C, where objects tell nothing (0), and objects that tell the
    -- class of the picture (1); between C, without objects (0), and C+O→C (1).
    for _, correlation in ipairs(s.correlations) do
      study(seed, {set = "C+O→C", position = "corner", correlation = correlation})
    end
    for _, share in ipairs(s.availabilities) do
      study(seed, {set = "C+O→C", position = "corner", share = share})
    end
  end
end

-- ---- report ------------------------------------------------------------------------

-- The paper's numbers (resnet-18, CIFAR-10), a row for each pretraining: accuracy on the
-- four sets, distance to another picture and to another object.
local columns = {"C", "C+O→C", "C+O→O", "O", "other picture", "other object"}
local published = {
  corner = {
    ["C"] = {.98, .95, .80, 1.0, .99, .21}, ["C+O→C"] = {.98, .98, .53, 1.0, 1.00, .08},
    ["C+O→O"] = {.31, .24, 1.0, 1.0, .11, .99}, ["O"] = {.36, .35, .85, 1.0, .98, .19},
  },
  random = {
    ["C"] = {.98, .89, .56, 1.0, .99, .21}, ["C+O→C"] = {.98, .97, .15, 1.0, 1.00, .08},
    ["C+O→O"] = {.26, .13, 1.0, .98, .13, .99}, ["O"] = {.29, .28, .25, 1.0, 1.00, .11},
  },
}
local where = {corner = "Objects in the upper right corner", random = "Objects anywhere"}
local titles = {cifar10 = "CIFAR-10", fashion_mnist = "Fashion-MNIST (stand-in for CIFAR-10)"}

local function published_at(position)
  local lines = {}
  for set, numbers in pairs(published[position]) do
    lines[set] = {}
    for c, column in ipairs(columns) do lines[set][column] = numbers[c] end
  end
  return lines
end

-- A row for each value of the tables and figures: an accuracy or a distance. The ends
-- of the two series are the sets C and C+O→C.
local function values_of(results)
  local values = {}
  local function add(row, column, value)
    local function about(field) return row["pretrained.variant." .. field] end
    local set, share, correlation = about "set", about "share", about "correlation"
    local series = about "position" == "corner" and (set == "C" or set == "C+O→C")
    local plain = not share and not correlation
    values[#values + 1] = {seed = row.seed, column = column, value = value, pretrained = set,
      kind = column:find "^other" and "distance" or "transfer accuracy", plain = plain,
      position = about "position",
      share = series and not correlation and (share or set == "C" and 0 or 1) or nil,
      correlation = series and not share and set == "C+O→C" and (correlation or 0) or nil,
      network = ("%d %s %s %s %s"):format(row.seed, set, about "position", share, correlation)}
  end
  for _, row in ipairs(results:rows "probe") do add(row, row.target, row.accuracy) end
  for _, row in ipairs(results:rows "exchange") do
    add(row, "other picture", row.picture)
    add(row, "other object", row.object)
  end
  return values
end

local function those(values, fits)
  local list = {}
  for _, value in ipairs(values) do
    if fits(value) then list[#list + 1] = value end
  end
  return list
end

-- Rows {distance, accuracy, seed} of all networks: how far they move when what the
-- label of `target` tells is exchanged, and how well they are probed on it.
local function pairs_of(values, target)
  local needed = (target == "C" or target == "C+O→C") and "other picture" or "other object"
  local distance, list = {}, {}
  for _, v in ipairs(values) do
    if v.column == needed then distance[v.network] = v.value end
  end
  for _, v in ipairs(values) do
    if v.column == target then
      list[#list + 1] = {distance = distance[v.network], accuracy = v.value,
        seed = v.seed}
    end
  end
  return list, needed
end

local function add_correlations(doc, values)
  local rows = {}
  for i, target in ipairs(sets) do
    local list, needed = pairs_of(values, target)
    rows[i] = {target = target, needed = needed}
    if #list > 1 then
      local found = report.correlation(list, {x = "distance", y = "accuracy",
        method = "spearman", interval = "bootstrap", unit = "seed"})
      for key, value in pairs(found) do rows[i][key] = value end
    end
  end
  doc:table {rows = rows, name = "correlation", columns = {{"target", "probed on"},
    {"needed", "distance to"}, {"r", "Spearman's r", "%.2f"}, {"low", "from", "%.2f"},
    {"high", "to", "%.2f"}, {"n", "networks"}},
    caption = "Do networks transfer better to a set when they are not invariant to what it is "
    .. "labelled by? Over all networks; 95 % interval by bootstrap over seeds."}
end

local function add_series(doc, values, field, words)
  local list = those(values, function(v) return v[field] end)
  if #list == 0 then return end
  doc:figure {plot = "line", data = list, x = field, y = "value", by = "column", panel = "kind",
    xlabel = words, ylabel = "", ymin = 0, name = field, caption = ("Pretrained on C+O→C, by the "
    .. "%s: transfer to the four sets, and distances. 95 %% intervals."):format(words)}
end

local function make_report(results)
  local s, values, pictures = results.settings, values_of(results), "pictures"
  for _, step in ipairs(results:steps "pretrain") do
    pictures = titles[step.settings.task.backgrounds] or pictures
  end
  local doc = results:document "Irrelevant features"
  doc:text(("C: %s. %s, pretrained on %d samples for %d epochs, probed for %d epochs "
    .. "(published: CIFAR-10, resnet-18, 50000 samples, 200 epochs, 100 epochs)."):format(pictures,
    s.model, s.n, s.pretraining.epochs, s.probe.epochs))
  doc:text [[Networks are pretrained on one set (rows) and linear-probed on four (columns): C,
pictures alone; C+O, pictures with an object, labelled by the one (C+O→C) or the other (C+O→O); O,
objects on black. Distances say how far the representation of C+O moves when the picture or the
object is exchanged: 0, not at all; 1, as far as random pairs are apart.]]
  for _, position in ipairs(s.positions) do
    local list = those(values, function(v) return v.plain and v.position == position end)
    doc:table {corner = "pretrained on", format = "%.2f", name = "transfer-" .. position,
      pivot = report.pivot(list, {rows = "pretrained", columns = "column", value = "value",
        row_names = sets, column_names = columns}), published = published_at(position),
      caption = ("%s: accuracy on the four sets, and distances. C: %s."):format(where[position],
        pictures)}
  end
  add_series(doc, values, "correlation", "correlation of object and class of the picture")
  add_series(doc, values, "share", "share of samples with an object")
  add_correlations(doc, values)
  return doc:provenance(results:provenance())
end

-- ---- sizes -------------------------------------------------------------------------

return {
  name = "irrelevant_features",
  summary = "Do representations keep features that pretraining does not need?",
  run = run,
  report = make_report,

  defaults = {
    seeds = {1}, model = "resnet-18", precision = "float32",
    classes = 10, -- of the objects; as many as the pictures have
    n = 50000, test = 10000,
    pretraining = {epochs = 200, batch = 512, optimizer = {"adam", lr = 1e-3}},
    probe = {epochs = 100, batch = 512, lr = 1e-3},
    positions = {"corner", "random"},
    correlations = {0.2, 0.4, 0.6, 0.8, 0.85, 0.9, 0.95, 1.0}, -- 0 is C+O→C
    availabilities = {0.2, 0.4, 0.6, 0.8}, -- 0 is C, 1 is C+O→C
  },

  presets = {
    -- To the letter: 20 pretrainings of 10 million samples for each seed. ResNet-18 on 2
    -- cores: 20 x 18 h (20 x 7 h in bf16), ten times.
    paper = {seeds = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10}},

    -- 3 seeds x 15 networks x 160,000 samples: 45 x 45 s, and as much again for probes.
    small = {seeds = {1, 2, 3}, model = "resnet-8", precision = "bf16", n = 16000, test = 5000,
      pretraining = {epochs = 15, batch = 128}, probe = {batch = 256},
      correlations = {0.4, 0.8, 0.9, 1.0}, availabilities = {0.2, 0.5, 0.8}},

    -- 3 seeds x 6 networks x 60,000 samples: 18 x 20 s.
    quick = {seeds = {1, 2, 3}, model = "resnet-8", precision = "bf16", n = 6000, test = 2000,
      pretraining = {epochs = 12, batch = 64}, probe = {epochs = 60, batch = 128},
      positions = {"corner"}, correlations = {0.8, 1.0}, availabilities = {0.2}},
  },
}
