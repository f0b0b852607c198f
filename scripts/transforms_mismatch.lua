-- What do missing and superfluous invariances cost? Networks are pretrained with a
-- growing number of transformations and transferred to targets with fewer or more.
-- Speicher, Nanda and Gummadi, "Understanding the Role of Invariance in Transfer
-- Learning" (TMLR 2024), section 5.2.

local invar = require "invar"
local report, rng, tasks = invar.report, invar.rng, invar.tasks

-- ---- method ------------------------------------------------------------------------

-- 30 classes, the same for all, and transformations in a random order: data set k has
-- the first k of them, t_1, ..., t_k.
local function draw(seed, classes)
  local draws = rng.new(seed)
  local drawn = {classes = draws:at "classes":choice(61, classes),
    order = draws:at "transforms":choice(tasks.transforms(), 18)}

  -- Pretraining and target samples are drawn separately (`part`), so that no target
  -- sample was seen in pretraining.
  function drawn.task(k, n, part)
    return {classes = drawn.classes, transforms = table.move(drawn.order, 1, k, 1, {}), n = n,
      seed = draws:at(part):integer(1, 1000000000)}
  end
  return drawn
end

local function run(ctx)
  local s = ctx.settings
  for _, seed in ipairs(ctx.seeds) do
    local drawn = draw(seed, s.classes)
    for _, trained in ipairs(s.trained) do
      local pretrained = ctx:step("pretrain", {
        model = s.model, seed = seed, precision = s.precision, test = s.test,
        task = drawn.task(trained, s.pretraining.n, "pretraining"),
        fit = {epochs = s.pretraining.epochs, batch = s.pretraining.batch,
          optimizer = {"adam", lr = s.pretraining.lr}}}, tasks.pretrain)
      for _, target in ipairs(s.target) do
        local transfer = {pretrained = pretrained, trained = trained, target = target, seed = seed,
          task = drawn.task(target, s.transfer.n, "target"), test = s.test}
        transfer.probe = {epochs = s.transfer.epochs, batch = s.transfer.batch,
          lr = s.transfer.lr}
        ctx:step("probe", transfer, tasks.probe)
        -- Beyond the paper: how invariant is the network to the target's transformations?
        ctx:step("invariance", {pretrained = pretrained, trained = trained, target = target,
          seed = seed, task = transfer.task, test = s.invariance_n}, tasks.invariance)
      end
    end
  end
end

-- ---- sizes -------------------------------------------------------------------------

-- The paper's.
local defaults = {
  seeds = {1}, model = "resnet-18", precision = "float32", classes = 30,
  trained = {1, 2, 3, 4, 5, 6, 7, 8}, -- numbers of transformations
  target = {1, 2, 3, 4, 5, 6, 7, 8},
  pretraining = {n = 50000, epochs = 100, batch = 256, lr = 1e-3},
  transfer = {n = 50000, epochs = 200, batch = 512, lr = 1e-3},
  test = 10000, invariance_n = 10000,
}

local presets = {
  -- To the letter: for each seed 8 pretrainings of 5 million samples, 64 probes.
  -- ResNet-18 on 2 cores: 8 x 3.6 h (bf16), 300 hours for ten seeds.
  paper = {seeds = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10}},

  -- 24 pretrainings of 400,000 samples, 192 probes: 80 minutes of one processor.
  small = {seeds = {1, 2, 3}, model = "resnet-8", precision = "bf16",
    pretraining = {n = 20000, epochs = 20, batch = 128}, transfer = {n = 10000, batch = 256},
    test = 5000, invariance_n = 2000},

  -- Three lines and five columns: 9 pretrainings of 160,000 samples, 45 probes: 6 min.
  quick = {seeds = {1, 2, 3}, model = "resnet-8", precision = "bf16", trained = {1, 4, 8},
    target = {1, 2, 4, 6, 8}, pretraining = {n = 8000, epochs = 20, batch = 64},
    transfer = {n = 2000, epochs = 100, batch = 128}, test = 2000, invariance_n = 1000},
}

-- ---- report ------------------------------------------------------------------------

-- ResNet-18, read off the figure: trained with 1, 4 and 8 transformations.
local published = {
  [1] = {1.00, 0.98, 0.89, 0.78, 0.65, 0.48, 0.43, 0.33},
  [4] = {1.00, 1.00, 1.00, 1.00, 0.96, 0.79, 0.70, 0.58},
  [8] = {},
}
for target = 1, 8 do published[8][target] = "≥ 0.98" end

local function add_matrix(doc, rows, s)
  local pivot = report.pivot(rows, {rows = "trained", columns = "target", value = "accuracy",
    row_names = s.trained, column_names = s.target})
  doc:heading "Transfer accuracy"
  doc:table {pivot = pivot, published = published, format = "%.3f", name = "matrix",
    corner = "pretrained with", caption = "Linear probe: rows are the number of transformations "
      .. "in pretraining, columns those of the target.",
    note = "Published: resnet-18."}
  doc:figure {plot = "line", data = rows, x = "target", y = "accuracy", by = "trained",
    palette = "sequential", legend = "pretrained with", xlabel = "transformations of the target",
    ylabel = "transfer accuracy", ymin = 0, ymax = 1, bands = false, name = "lines",
    caption = "Transfer accuracy, one line for each number of transformations in pretraining; "
      .. "bars are 95 % intervals over seeds."}
  doc:figure {plot = "heat", pivot = pivot, xlabel = "transformations of the target",
    ylabel = "of pretraining", low = 0, high = 1, name = "heat", caption = "The same as a matrix."}
end

-- What a network loses against one that was pretrained with the target's own
-- transformations, by how many of these were missing, or were not the target's.
local function costs(rows)
  local matched, list = {}, {}
  local function key(row) return ("%d %d"):format(row.seed, row.target) end
  for _, row in ipairs(rows) do
    if row.trained == row.target then matched[key(row)] = row.accuracy end
  end
  for _, row in ipairs(rows) do
    local best, more = matched[key(row)], row.trained - row.target
    if best and more ~= 0 then
      list[#list + 1] = {cost = best - row.accuracy, more = more, seed = row.seed,
        what = ("%d %s"):format(math.abs(more), more < 0 and "missing" or "superfluous"),
        kind = more < 0 and "some missing" or "some superfluous"}
    end
  end
  table.sort(list, function(a, b)
    if a.more ~= b.more then return a.more < b.more end
    return a.seed < b.seed
  end)
  return list
end

local function add_cost(doc, rows)
  local list = costs(rows)
  if #list == 0 then return end
  local cells = report.aggregate(list, {by = "kind", value = "cost"})
  for _, cell in ipairs(report.aggregate(list, {by = "what", value = "cost"})) do
    cell.kind = cell.what
    cells[#cells + 1] = cell
  end
  doc:heading "What mismatch costs"
  doc:table {name = "cost", rows = cells, columns = {{"kind", "transformations in pretraining"},
    {"cost", "cost", "%.3f"}}, caption = "Transfer accuracy that is lost against a network "
      .. "pretrained with the target's own transformations."}
end

local function add_invariance(doc, probes, measured, s)
  local distance, points = {}, {}
  local function key(row) return ("%d %d %d"):format(row.seed, row.trained, row.target) end
  for _, row in ipairs(measured) do distance[key(row)] = row.distance end
  for _, row in ipairs(probes) do
    if distance[key(row)] then
      points[#points + 1] = {seed = row.seed, accuracy = row.accuracy,
        distance = distance[key(row)]}
    end
  end
  doc:heading "Invariance and transfer"
  doc:table {pivot = report.pivot(measured, {rows = "trained", columns = "target",
    value = "distance", row_names = s.trained, column_names = s.target}), format = "%.3f",
    corner = "pretrained with", name = "distance", caption = "How far representations of "
      .. "the target's samples move when its transformations are drawn anew, relative to random "
      .. "pairs (l2): 0 is invariant."}
  local r = report.correlation(points, {x = "distance", y = "accuracy", method = "spearman",
    interval = "bootstrap", unit = "seed"})
  if r.r then -- it is not known where one of the two does not vary
    doc:text(("Rank correlation of distance and transfer accuracy over all cells: %.2f (95 %% "
      .. "interval %.2f to %.2f, seeds drawn anew; n = %d)."):format(r.r, r.low or r.r,
      r.high or r.r, r.n))
  end
end

local function make_report(results)
  local s, probes, measured = results.settings, results:rows "probe", results:rows "invariance"
  local doc = results:document "Transformation mismatch"
  doc:text("Published numbers are read off a figure (resnet-18). Objects and backgrounds are "
    .. "drawn by Invar, not the paper's pictures.")
  local differences = results:differences(defaults)
  if #differences > 0 then
    doc:table {rows = differences, columns = {"setting", {"here", "this run"},
      {"there", "published"}}, name = "differences", caption = "Where this run differs from the "
      .. "paper."}
  end
  if #probes > 0 then
    add_matrix(doc, probes, s)
    add_cost(doc, probes)
  end
  if #measured > 0 and #probes > 0 then add_invariance(doc, probes, measured, s) end
  return doc:provenance(results:provenance())
end

return {
  name = "transforms_mismatch",
  summary = "What do missing and superfluous invariances cost in transfer?",
  run = run,
  report = make_report,
  defaults = defaults,
  presets = presets,
}
