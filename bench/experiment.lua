-- A whole experiment against the same computation written straight in PyTorch
-- with Pillow and torchvision data: seconds from start to end of both programs,
-- and the accuracies that they come to.
--
--   invar bench/experiment.lua [--quick] [--data cached|straight]
--     [--peer-precision float32|bf16] [--threads 2] [--jobs 1] [--rounds 1]
--     [KEY=VALUE ...]
--
-- Runs `invar run transforms_vs_other preset=quick seeds=1 KEY=VALUE ...` into a
-- fresh results folder, then hands the plan of that run, step for step with its
-- settings, and the same pictures as PNG files, to experiment_peer.py, which says
-- what "cached" and "straight" mean. --quick: two relations of classes, 2 epochs,
-- about two minutes; the whole takes up to ten times as long. Only the part
-- Transforms-2D, of which both sides draw samples of their own: values are equal
-- within noise, not to the bit. All networks that a side trains for one seed begin
-- with the same parameters and meet the same tasks, so that their noise is one:
-- the intervals of the differences hold only for several seeds (seeds=1..3).
--
-- Drawing the PNG files is not on the clock; Invar draws its pictures in its
-- time. Invar makes samples anew in each epoch, beside the training, so it has no
-- seconds of data of its own. "other" is what is outside of steps: the start of the
-- program, libraries, the plan; it is below 0 where --jobs runs several of Invar's
-- steps at once. "processor": the seconds of all threads; "other programs": the share
-- of the processors that was not ours: where it is not near 0, the ratio of "all" means
-- little (loops of many threads wait for the slowest).

local here = arg[0]:match("^(.*)/[^/]*$") or "."
package.path = here .. "/support/?.lua;" .. package.path

local argparse = require "argparse"
local processors = require "processors"
local talk = require "talk"
local invar = require "invar"
local engine = require "invar.experiment.engine"
local folders = require "invar.experiment.folder"
local settings = require "invar.experiment.settings"
local text = require "invar.experiment.text"
local data, image = invar.data, invar.image

local PROTOCOL, PRESET = "transforms_vs_other", "quick"
local kinds = {"pretrain", "probe", "finetune", "invariance"}

local parser = argparse("experiment.lua", "A whole experiment against PyTorch.")
parser:argument("settings", "settings of the protocol"):argname "KEY=VALUE":args "*"
parser:flag("--quick", "a small part of it")
parser:option("--data", "of PyTorch's side: cached or straight, or both joined by a comma")
  :default "cached"
parser:option("--peer-precision", "float32 or bf16 (the protocol's)")
parser:option("--threads", "of both sides"):default "2":convert(math.tointeger)
parser:option("--jobs", "of Invar's side: steps at once"):default "1":convert(math.tointeger)
parser:option("--rounds", "by turns; medians are shown"):default "1":convert(math.tointeger)
local arguments = parser:parse()

local words = {"seeds=1", "parts=transforms2d"}
if arguments.quick then
  for _, word in ipairs {"relations=same,disjoint", "models=resnet-8", "pretraining.epochs=2",
    "transforms2d.sample_counts=4000", "transforms2d.target_counts=200"} do
    words[#words + 1] = word
  end
end
table.move(arguments.settings, 1, #arguments.settings, #words + 1, words)

-- ---- what is to be done ----------------------------------------------------------

local function plan_of_run()
  local assignments = {}
  for i, word in ipairs(words) do
    assignments[i] = {word:match "^([^=]+)=(.*)$"}
    if #assignments[i] ~= 2 then error("KEY=VALUE expected, got " .. word, 0) end
  end
  local protocol = invar.experiment.protocol(PROTOCOL)
  local plan = engine.plan {protocol = protocol, preset = PRESET,
    settings = settings.resolve(protocol, PRESET, nil, assignments)}
  if plan.problem then error(plan.problem, 0) end
  return plan
end

local function write_plan(plan, path)
  local file <close> = assert(io.open(path, "w"))
  for _, step in ipairs(plan.steps) do
    local plain = settings.copy(step.settings, function(value)
      return getmetatable(value) == getmetatable(step)
    end)
    plain.pretrained = plain.pretrained and {["$step"] = plain.pretrained.key}
    file:write(text.encode {key = step.key, name = step.name, settings = plain}, "\n")
  end
end

-- At the size of the samples, so that both sides begin with the same bytes.
local function write_pictures(folder)
  for _, kind in ipairs {"objects", "backgrounds"} do
    local source = data[kind].builtin()
    assert(os.execute(("mkdir -p '%s/%s'"):format(folder, kind)))
    for i = 1, source:count() do
      image.save(("%s/%s/%04d.png"):format(folder, kind, i), (source:image(i, 32)))
    end
  end
end

-- ---- the two sides ---------------------------------------------------------------

-- Runs f, a whole program: {seconds = from start to end, processor = seconds of all
-- its threads, others = the share of the processors that other programs had, steps =
-- what f returned: key -> {seconds, data, row}}.
local function measured(f)
  local start, own, busy = invar.clock(), processors.children(), processors.busy()
  local steps = f()
  local side = {steps = steps, seconds = invar.clock() - start,
    processor = processors.children() - own}
  side.others = math.max(0, processors.busy() - busy - side.processor)
    / side.seconds / arguments.threads
  return side
end

local function run_invar(folder)
  local results = folder .. "/results"
  os.execute(("rm -rf '%s'"):format(results))
  return measured(function()
    assert(os.execute(("OMP_NUM_THREADS=%d '%s' run %s preset=%s '%s' --jobs %d --results '%s' "
      .. ">'%s/log' 2>&1"):format(arguments.threads, arg[-1], PROTOCOL, PRESET,
      table.concat(words, "' '"), arguments.jobs, results, folder)),
      ("invar run failed, see %s/log"):format(folder))
    local stored, steps = folders.open(results, {readonly = true}), {}
    for _, record in ipairs(stored:select "SELECT key, wall FROM steps") do
      steps[record.key] = {seconds = record.wall, data = 0, row = stored:rows(record.key)[1]}
    end
    stored:close()
    return steps
  end)
end

local function run_peer(folder, how, precision)
  return measured(function()
    local lines = assert(io.popen(("OMP_NUM_THREADS=%d /usr/bin/python3 '%s/experiment_peer.py' "
      .. "'%s/plan' '%s' %s %s %d"):format(arguments.threads, here, folder, folder, how,
      precision, arguments.threads)))
    local steps = {}
    for line in lines:lines() do
      local step = text.decode(line)
      steps[step.key] = step
    end
    assert(lines:close(), "experiment_peer.py failed")
    return steps
  end)
end

-- ---- tables ------------------------------------------------------------------------

-- The seconds of the steps of each kind, of making data, and of the rest.
local function shares(plan, side)
  local seconds, data_seconds, rest = {}, 0, side.seconds
  for _, step in ipairs(plan.steps) do
    local own = side.steps[step.key]
    seconds[step.name] = (seconds[step.name] or 0) + own.seconds
    data_seconds = data_seconds + own.data
    rest = rest - own.seconds - own.data
  end
  seconds.data, seconds.other, seconds.all = data_seconds, rest, side.seconds
  seconds.processor, seconds.others = side.processor, 100 * side.others
  return seconds
end

-- The medians of the rounds.
local function median_shares(plan, rounds)
  local medians, lists = {}, {}
  for _, side in ipairs(rounds) do
    for name, value in pairs(shares(plan, side)) do
      lists[name] = lists[name] or {}
      table.insert(lists[name], value)
    end
  end
  for name, list in pairs(lists) do medians[name] = talk.median(list) end
  return medians
end

local function show_seconds(plan, ours, theirs)
  local count = {}
  for _, step in ipairs(plan.steps) do count[step.name] = (count[step.name] or 0) + 1 end
  local own, peer = median_shares(plan, ours), median_shares(plan, theirs)
  print(("%-12s %5s %10s %10s %8s"):format("seconds", "steps", "Invar", "PyTorch", "ratio"))
  for _, name in ipairs {"data", "pretrain", "probe", "finetune", "invariance", "other", "all",
    "processor"} do
    local comparable = own[name] and name ~= "data" and name ~= "other"
    print(("%-12s %5s %10.1f %10.1f %8s"):format(name, count[name] or "", own[name] or 0,
      peer[name] or 0, comparable and ("%.2f"):format(peer[name] / own[name]) or ""))
  end
  print(("%-18s %9.0f%% %9.0f%%"):format("other programs", own.others, peer.others))
end

-- The means of both sides over the steps of a kind, the mean difference with its 95 %
-- interval, and the mean of its size.
local function compare(plan, kind, field, ours, theirs)
  local n, own, peer, sum, squares, size = 0, 0, 0, 0, 0, 0
  for _, step in ipairs(plan.steps) do
    if step.name == kind then
      local a, b = ours.steps[step.key].row[field], theirs.steps[step.key].row[field]
      n, own, peer = n + 1, own + a, peer + b
      sum, squares, size = sum + (a - b), squares + (a - b) ^ 2, size + math.abs(a - b)
    end
  end
  if n == 0 then return end
  local mean = sum / n
  local spread = n > 1 and 1.96 * math.sqrt(math.max(squares / n - mean ^ 2, 0) / (n - 1)) or 0
  print(("%-27s %5d %8.3f %8.3f %+8.3f ± %.3f %8.3f"):format(kind .. ", " .. field, n, own / n,
    peer / n, mean, spread, size / n))
end

local function show_values(plan, ours, theirs)
  print(("\n%-27s %5s %8s %8s %16s %8s"):format("means over steps", "steps", "Invar", "PyTorch",
    "difference", "its size"))
  compare(plan, "pretrain", "train_accuracy", ours, theirs)
  for _, kind in ipairs(kinds) do
    compare(plan, kind, kind == "invariance" and "distance" or "accuracy", ours, theirs)
  end
end

-- ---- all ---------------------------------------------------------------------------

local folder = os.tmpname()
os.remove(folder)
assert(os.execute(("mkdir -p '%s'"):format(folder)))

local function measure()
  local plan = plan_of_run()
  local precision = arguments.peer_precision or plan.settings.precision
  write_plan(plan, folder .. "/plan")
  write_pictures(folder)
  for how in arguments.data:gmatch "[^,]+" do
    local ours, theirs = {}, {}
    print(("%s preset=%s %s: %d steps, %d at once, %s; PyTorch: data %s, %s; %d threads")
      :format(PROTOCOL, PRESET, table.concat(words, " "), #plan.steps, arguments.jobs,
        plan.settings.precision, how, precision, arguments.threads))
    for round = 1, arguments.rounds do
      ours[round] = run_invar(folder)
      theirs[round] = run_peer(folder, how, precision)
    end
    show_seconds(plan, ours, theirs)
    show_values(plan, ours[1], theirs[1])
    print()
  end
end

local ok, problem = pcall(measure)
if ok then os.execute(("rm -rf '%s'"):format(folder)) end
if not ok then error(problem, 0) end
