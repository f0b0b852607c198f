-- Time series: which windows there are, what is in them, and that splits share
-- nothing. Recordings are made here and cut by plain loops.
local data = require "invar.data"
local files = require "support.files"
local nn = require "invar.nn"
local rng = require "invar.rng"
local scarcity = require "support.scarcity"
local tensor = require "invar.tensor"
local train = require "invar.train"

-- Rows {t, a, b, label, group}: 3 people who do 4 things for a while, twice.
local recording = {}
for _, group in ipairs {"ann", "bob", "cy"} do
  for _ = 1, 2 do
    for k, label in ipairs {"walk", "sit", "run", "walk"} do
      for i = 1, 20 + 7 * k do
        recording[#recording + 1] = {#recording + 1, math.sin(#recording), k * 10 + i % 5,
          label, group}
      end
    end
  end
end

local function csv_of(list)
  local lines = {"t,a,b,activity,person"}
  for i, row in ipairs(list) do lines[i + 1] = table.concat(row, ",") end
  return table.concat(lines, "\n") .. "\n"
end

local text = csv_of(recording)

-- data.series of the recording (or another text) with these options.
local function series(given, other)
  return files.with_file(other or text, function(path)
    given.csv = path
    return data.series(given)
  end)
end

local function join(a, b)
  local all = {}
  for key, value in pairs(a) do all[key] = value end
  for key, value in pairs(b) do all[key] = value end
  return all
end

local usual = {window = 8, stride = 3, channels = {"t", "b"}, label = "activity",
  group = "person"}

-- The first rows (t of the first channel) and labels of the windows of a set.
local function windows(set)
  local list, names = {}, set:class_names()
  for i = 1, #set do
    local x, label = set:sample(i)
    list[i] = {math.tointeger(x[1][1]:item()), names[label]}
  end
  return list
end

-- The windows that there should be, by looking at each in turn.
local function wanted(list, window, stride)
  local found, begin = {}, 1
  for i = 1, #list do
    if i > 1 and (list[i][4] ~= list[i - 1][4] or list[i][5] ~= list[i - 1][5]) then begin = i end
    local first = i - window + 1
    if first >= begin and (first - begin) % stride == 0 then
      found[#found + 1] = {first, list[i][4]}
    end
  end
  return found
end

describe("data.series of a recording", function()
  it("has the windows within one label and group", function()
    local set = series(join(usual, {}))
    assert.same({"run", "sit", "walk"}, set:class_names())
    assert.same({8, 2}, {set:shape()})
    assert.equal("float32", set:dtype())
    assert.same(wanted(recording, 8, 3), windows(set))
    local x = set:sample(5)
    local first = windows(set)[5][1]
    for i = 1, 8 do
      assert.same({first + i - 1, recording[first + i - 1][3]}, x[i]:totable())
    end
    assert.same(wanted(recording, 20, 20), windows(series {window = 20, channels = {1},
      label = "activity", group = 5}))
  end)

  it("takes some classes, in their order", function()
    local set = series(join(usual, {classes = {"walk", "run"}}))
    assert.same({"walk", "run"}, set:class_names())
    for _, window in ipairs(windows(set)) do assert.is_truthy(window[2] ~= "sit") end
  end)

  it("takes all other columns for channels", function()
    assert.same({8, 3}, {series {window = 8, label = "activity", group = "person"}:shape()})
  end)

  it("goes without labels and groups", function()
    local set = series({window = 10, separator = ";"}, "a;b\n" .. ("1;2\n"):rep(35))
    assert.equal(1, #set:class_names())
  end)

  it("treats missing values as it is told", function()
    local holes = csv_of(recording):gsub("\n30,[^,]*", "\n30,NA")
    assert.error_matches(function() series({window = 8, channels = {"a"}, label = "activity",
      group = "person"}, holes) end, "line 31, field 2: a number expected, got \"NA\"")
    local kept = series(join(usual, {missing = "nan", channels = {"t", "a"}}), holes)
    assert.equal(#wanted(recording, 8, 3), #kept)
    local left = {}
    for _, window in ipairs(wanted(recording, 8, 3)) do
      if window[1] > 30 or window[1] + 7 < 30 then left[#left + 1] = window end
    end
    assert.same(left,
      windows(series(join(usual, {missing = "skip", channels = {"t", "a"}}), holes)))
  end)

  it("standardises by the windows for training", function()
    local plain = series(join(usual, {split = "train"}))
    local set = series(join(usual, {split = "train", standardize = true}))
    local x, y = plain:batch(1, #plain), set:batch(1, #set)
    local flat = x:reshape(-1, 2):to "float64"
    local mean = flat:mean(1)
    local deviation = ((flat - mean) ^ 2):mean(1):sqrt()
    local off = ((flat - mean) / deviation - y:reshape(-1, 2):to "float64"):abs():max():item()
    assert.is_true(off < 1e-5, off)
    local test, plain_test = set:split "test", plain:split "test"
    local t = plain_test:sample(1)[1][1]:item()
    assert.is_true(math.abs((t - mean[1]:item()) / deviation[1]:item()
      - test:sample(1)[1][1]:item()) < 1e-5)
  end)
end)

describe("splits of a recording", function()
  local names = {"train", "validation", "test"}

  -- Fails where two splits have a row in common; returns how many windows.
  local function check(set, window)
    local owner, counts = {}, {}
    for _, name in ipairs(names) do
      local ok, part = pcall(set.split, set, name)
      counts[name] = ok and #part or 0
      for _, one in ipairs(ok and windows(part) or {}) do
        for row = one[1], one[1] + window - 1 do
          assert.is_truthy(owner[row] == nil or owner[row] == name, "a row in two splits")
          owner[row] = name
        end
      end
    end
    return counts
  end

  it("keep groups whole", function()
    local set = series(join(usual, {parts = {train = 0.67, test = 0.33}}))
    local counts = check(set, 8)
    assert.equal(#wanted(recording, 8, 3), counts.train + counts.test)
    assert.equal(2 * counts.test, counts.train)
    local tested = windows(set:split "test")
    for _, window in ipairs(tested) do
      assert.equal(recording[tested[1][1]][5], recording[window[1]][5])
    end
  end)

  it("are by the names of groups where they are given", function()
    local set = series(join(usual, {parts = {train = {"cy"}, test = {"ann", "bob"}}}))
    for _, window in ipairs(windows(set)) do assert.equal("cy", recording[window[1]][5]) end
    assert.equal(2 * #set, #set:split "test")
  end)

  it("without groups are of blocks, and share no step", function()
    local long = {}
    for i = 1, 4000 do long[i] = {i, 0, 0, i <= 2000 and "x" or "y", "p"} end
    local given = {window = 8, stride = 2, channels = {"t"}, label = "activity", split = "train"}
    local set = series(given, csv_of(long))
    local counts = check(set, 8)
    local all = counts.train + counts.validation + counts.test
    assert.is_true(math.abs(counts.train / all - 0.7) < 0.03)
    assert.is_true(math.abs(counts.test / all - 0.2) < 0.03)
    local classes = set:split("test"):class_counts()
    assert.equal(classes[1], classes[2])
    assert.same(windows(set), windows(series(given, csv_of(long))))
    assert.not_same(windows(set), windows(series(join(given, {seed = 2}), csv_of(long))))
  end)
end)

describe("data.series of samples", function()
  local ucr = "1.0\t0.5\t-1\t2\n-1\t3\t4\t5\n1\t6\tNaN\t8\n-1.0000e+00\t9\t10\t11\n"

  it("reads a line each, as in the UCR archive", function()
    local set = series({layout = "row", separator = "\t", missing = "skip"}, ucr)
    assert.same({"-1", "1"}, set:class_names())
    assert.same({3, 1}, {set:shape()})
    local x, y = set:batch(1, 3)
    assert.same({2, 1, 1}, y:totable())
    assert.same({{0.5, -1, 2}, {3, 4, 5}, {9, 10, 11}}, x:reshape(3, 3):totable())
  end)

  it("makes another set like one", function()
    local first = series({layout = "row", separator = "\t", missing = "skip",
      standardize = true}, ucr)
    local test = series({layout = "row", standardize = true, like = first}, "1,5,5,5\n")
    assert.equal(2, select(2, test:sample(1)))
    local mean = (0.5 - 1 + 2 + 3 + 4 + 5 + 9 + 10 + 11) / 9
    local sum = 0
    for _, v in ipairs {0.5, -1, 2, 3, 4, 5, 9, 10, 11} do sum = sum + (v - mean) ^ 2 end
    local off = test:sample(1)[1]:item() - (5 - mean) / math.sqrt(sum / 9)
    assert.is_true(math.abs(off) < 1e-6)
    assert.error_matches(function()
      series({layout = "row", like = first}, "2,5,5,5\n")
    end, 'the label "2" is no class of the set given as like')
  end)

  it("takes tensors and .npy files", function()
    local x = tensor.randn(rng.new(1), 12, 5, 2)
    local y = tensor({1, 2, 3, 1, 2, 3, 1, 2, 3, 1, 2, 3}):to "int32"
    local set = data.series {x = x, y = y, class_names = {"a", "b", "c"}}
    assert.same({"a", "b", "c"}, set:class_names())
    local all, labels = set:batch(1, 12)
    assert.same(x:totable(), all:totable())
    assert.same(y:totable(), labels:totable())
    files.with_path(function(path)
      x[{{}, {}, 1}]:contiguous():save(path)
      assert.same({5, 1}, {data.series {x = path}:shape()})
    end)
    local group = tensor({7, 7, 7, 7, 9, 9, 9, 9, 4, 4, 4, 4}):to "int32"
    local divided = data.series {x = x, y = y, group = group, parts = {train = {7, 9}, test = {4}}}
    assert.equal(8, #divided)
    assert.same(x[9]:totable(), (divided:split("test"):sample(1)):totable())
  end)

  it("trains a network over time", function()
    local x, y = tensor.zeros(64, 16, 1), {}
    for i = 1, 64 do
      y[i] = i % 2 + 1
      for t = 1, 16 do x[{i, t, 1}] = math.sin(t * (y[i] == 1 and 0.4 or 1.2) + i) end
    end
    local as_images = nn.module {forward = function(_, s)
      return s:reshape(s:size(1), s:size(2), 1, s:size(3))
    end}
    local net = nn.sequential {as_images, nn.conv2d(1, 8, 5, {padding = 2, stride = 2}), nn.relu(),
      nn.conv2d(8, 8, 5, {padding = 2, stride = 2}), nn.relu(), nn.global_avg_pool(),
      nn.linear(8, 2)}
    local log = train.fit(net, data.series {x = x, y = tensor(y):to "int32"},
      {epochs = 30, batch = 16, optimizer = {"adam", lr = 0.01}, progress = false})
    assert.is_true(log.epochs[30].accuracy > 0.95)
  end)
end)

describe("data.series refuses", function()
  local function refused(message, given, other)
    it(message, function()
      local ok, problem = pcall(other == false and data.series or series, given, other or nil)
      assert.is_false(ok, "accepted")
      assert.is_truthy(problem:find(message, 1, true), problem)
      assert.is_truthy(problem:find "data%.series: ", problem)
    end)
  end
  local ints = tensor({1, 2}):to "int32"
  refused("either csv or x is to be given", {}, false)
  refused("option window is missing", {label = "activity"})
  refused('there is no column "activty" (did you mean "activity"?)',
    {window = 4, label = "activty"})
  refused("a number in 1 .. 5 expected, got 6", {window = 4, label = 6})
  refused("without a header", {window = 4, label = "a", header = false})
  refused("line 2, field 4: a finite number expected, got \"walk\"", {window = 4})
  refused("no window of 100 rows fits", {window = 100, channels = {"a"}, label = "activity"})
  refused("option channels: there is no channel", {window = 4, channels = {}})
  refused("option window: samples have their length already", {x = tensor.zeros(2, 3), window = 4},
    false)
  refused("option y is for x", {window = 4, y = ints})
  refused("option label is for csv", {x = tensor.zeros(2, 3), label = "a"}, false)
  refused("N x T or N x T x C values expected, got 2", {x = tensor.zeros(2)}, false)
  refused("option y: 3 values expected, got 2", {x = tensor.zeros(3, 2), y = ints}, false)
  refused("labels from 1 expected, got 0", {x = tensor.zeros(2, 2), y = ints - 1}, false)
  refused("class_names: 1 names, the highest label is 2",
    {x = tensor.zeros(2, 2), y = ints, class_names = {"a"}}, false)
  refused("there are no rows", {window = 4}, "")
  refused("there are no rows", {window = 4}, "a,b\n")
  refused("1 fields, the first line has 5", {window = 4}, text .. "9\n")
  refused("the shares add up to 1.5", join(usual, {parts = {train = 1, test = 0.5}}))
  refused('there is no group "an" (did you mean "ann"?)', join(usual, {parts = {train = {"an"}}}))
  refused('the group "ann" is there twice',
    join(usual, {parts = {train = {"ann"}, test = {"ann"}}}))
  refused('there is no option "dev"', join(usual, {parts = {dev = 1}}))
  refused('a finite number expected', {window = 1, channels = {"a"}}, "a\n1e39\n")
end)

describe("data.series without memory", function()
  it("raises", function()
    files.with_file(text, function(path)
      scarcity(function()
        return data.series(join(usual, {csv = path, standardize = true, split = "train"}))
      end, {most = 300})
    end)
  end)
end)
