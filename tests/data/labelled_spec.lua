-- Choosing samples and changing labels of any dataset; splits and twins of what is
-- made of others.
local data = require "invar.data"
local scarcity = require "support.scarcity"
local sets = require "support.sets"
local tensor = require "invar.tensor"

-- Sample i is the number i; class of i as given.
local function numbered(labels, names)
  local x = {}
  for i = 1, #labels do x[i] = {i} end
  return data.tensors {x = tensor(x), y = tensor(labels):to("int32"), class_names = names}
end

-- 300 samples: 200 of class 1, 80 of class 2, 20 of class 3, mixed.
local function uneven()
  local labels = {}
  for i = 1, 300 do labels[i] = i % 15 == 0 and 3 or i % 15 % 4 == 1 and 2 or 1 end
  return numbered(labels, {"one", "two", "three"})
end

-- The numbers of the samples.
local function numbers(set)
  return (set:batch(1, #set)):flatten():to("int32"):totable()
end

local function contains(large, small)
  local seen = {}
  for _, i in ipairs(numbers(large)) do seen[i] = true end
  for _, i in ipairs(numbers(small)) do
    if not seen[i] then return false end
  end
  return true
end

local function ascending(list)
  for i = 2, #list do if list[i] <= list[i - 1] then return false end end
  return true
end

describe("ds:labels and ds:class_counts", function()
  it("are those of the samples, of every kind of dataset", function()
    local family = data.transforms2d {n = 60, transforms = {"rotate"}, classes = {1, 2, 3},
      fg_bg_correlation = 0.3, class_from = "background", fg_availability = 0.5,
      backgrounds = data.backgrounds.labelled {images = tensor.zeros(3, 4, 4, 3):to("uint8"),
        labels = tensor({1, 2, 3}):to("int32")}}
    local kinds = {family, family:subset {5, 9, -1}, family:cache(), uneven(),
      uneven():only_classes {3, 1}, family:shuffle_labels(), family:concat(family:split "test"),
      family:subset(1, 30):cache():subset(3, 9)}
    for k, set in ipairs(kinds) do
      local _, y = set:batch(1, #set)
      assert.same(y:totable(), set:labels():totable(), k)
      local counts = {}
      for class = 1, set:classes() do
        counts[class] = y:eq(class):to("int32"):sum():item()
      end
      assert.same(counts, set:class_counts(), k)
    end
  end)

  it("do not make the samples", function()
    require("invar.transforms").define {name = "labelled_spec", category = "test",
      sample = function() error "a sample was made" end, apply = function(img) return img end}
    local ds = data.transforms2d {n = 50, transforms = {"labelled_spec"}}
    local plain = data.transforms2d {n = 50}
    assert.same(plain:labels():totable(), ds:subset(1, 50):labels():totable())
    assert.same(#plain:only_classes {1, 2, 3}, #ds:only_classes {1, 2, 3})
  end)
end)

describe("ds:only_classes", function()
  it("keeps the samples of the classes and numbers them as given", function()
    local ds = numbered({1, 2, 3, 1, 2, 3, 4}, {"a", "b", "c", "d"})
    local two = ds:only_classes {"c", 1}
    assert.same({1, 3, 4, 6}, numbers(two))
    assert.same({2, 1, 2, 1}, two:labels():totable())
    assert.same({"c", "a"}, two:class_names())
    assert.equal(2, two:classes())
    assert.same({"a"}, two:only_classes({2}):class_names())
  end)

  it("refuses classes that are not there", function()
    local ds = numbered({1, 2, 1}, {"cat", "dog"})
    sets.refused('dataset:only_classes: argument 1: there is no class "catt" (did you mean "cat"?)',
      ds.only_classes, ds, {"catt"})
    sets.refused("classes are names or integers in 1 .. 2, got 3", ds.only_classes, ds, {3})
    sets.refused("no class is named", ds.only_classes, ds, {})
    sets.refused("is there twice", ds.only_classes, ds, {"cat", 1})
    sets.refused("argument 1: table expected, got 1", ds.only_classes, ds, 1)
    local empty = data.tensors {x = tensor.zeros(2, 1), y = tensor({1, 1}):to("int32"), classes = 3}
    sets.refused("there are no samples of these classes", empty.only_classes, empty, {2})
  end)
end)

describe("ds:per_class", function()
  it("takes as many of each class, or that fraction", function()
    local ds = uneven()
    assert.same({200, 80, 20}, ds:class_counts())
    assert.same({7, 7, 7}, ds:per_class(7):class_counts())
    assert.same({100, 40, 10}, ds:per_class(0.5):class_counts())
    assert.same({2, 1, 1}, ds:per_class(0.01):class_counts())
    assert.same({1, 1, 1}, ds:per_class(1):class_counts())
    assert.same({200, 80, 20}, ds:per_class(1.0):class_counts())
    assert.is_true(ascending(numbers(ds:per_class(7))))
  end)

  it("is a function of the seed; fewer are among more", function()
    local ds = uneven()
    for seed = 1, 5 do
      local last
      for _, n in ipairs {1, 2, 5, 0.3, 15, 0.9, 20} do
        local set = ds:per_class(n, {seed = seed})
        assert.same(numbers(set), numbers(ds:per_class(n, {seed = seed})))
        if math.type(n) == "integer" then
          if last then assert.is_true(contains(set, last)) end
          last = set
        end
      end
      assert.is_true(contains(ds:per_class(0.5, {seed = seed}), ds:per_class(0.2, {seed = seed})))
    end
    assert.not_same(numbers(ds:per_class(5)), numbers(ds:per_class(5, {seed = 2})))
  end)

  it("comes to the same before and after classes are chosen", function()
    local ds = uneven()
    assert.same(numbers(ds:per_class(9):only_classes {3, 2}),
      numbers(ds:only_classes({3, 2}):per_class(9)))
    assert.same(numbers(ds:per_class(9)), numbers(ds:cache():per_class(9)))
  end)

  it("draws each sample equally often", function()
    local ds, times = numbered({1, 1, 1, 1, 1, 2, 2}), {0, 0, 0, 0, 0, 0, 0}
    for seed = 1, 1000 do
      for _, i in ipairs(numbers(ds:per_class(1, {seed = seed}))) do times[i] = times[i] + 1 end
    end
    for i = 1, 5 do assert.is_true(math.abs(times[i] - 200) < 60, times[i]) end
    assert.is_true(math.abs(times[6] - 500) < 75, times[6])
  end)

  it("refuses more than there are, and what is no number of samples", function()
    local ds = uneven()
    sets.refused('dataset:per_class: 21 samples of each class are wanted, class "three" has 20',
      ds.per_class, ds, 21)
    for _, n in ipairs {0, -1, 1.5, 0 / 0, math.huge, "x", -0.5} do
      sets.refused("a number of samples or a fraction in 0 .. 1 expected", ds.per_class, ds, n)
    end
    sets.refused("a fraction in 0 .. 1 expected, got nil", ds.per_class, ds)
    sets.refused('no option "sed" (did you mean "seed"?)', ds.per_class, ds, 1, {sed = 1})
  end)
end)

describe("ds:random_subset", function()
  it("takes as many, or that fraction; fewer are among more", function()
    local ds = uneven()
    for _, stratified in ipairs {false, true} do
      local last
      for _, n in ipairs {1, 10, 0.1, 33, 100, 0.5, 1.0} do
        local set = ds:random_subset(n, {seed = 3, stratified = stratified})
        assert.equal(n <= 1 and math.type(n) == "float" and n * 300 or n, #set)
        assert.is_true(ascending(numbers(set)))
        if last and #last <= #set then assert.is_true(contains(set, last)) end
        last = set
      end
    end
  end)

  it("keeps the shares of the classes where it is stratified", function()
    local ds = uneven()
    for n = 15, 300, 15 do
      local counts = ds:random_subset(n, {stratified = true}):class_counts()
      for class, share in ipairs {200 / 300, 80 / 300, 20 / 300} do
        assert.is_true(math.abs(counts[class] - n * share) <= 1, n)
      end
    end
  end)

  it("refuses more than there are", function()
    local ds = uneven()
    sets.refused("dataset:random_subset: argument 1: 301 samples are wanted, there are 300",
      ds.random_subset, ds, 301)
    sets.refused("a fraction in 0 .. 1 expected", ds.random_subset, ds, 0)
  end)
end)

describe("ds:shuffle_labels", function()
  it("exchanges labels among the share chosen, and leaves the samples", function()
    local ds = uneven()
    local before, samples = ds:labels():totable(), numbers(ds)
    local last
    for _, fraction in ipairs {0, 0.2, 0.5, 1} do
      local set = ds:shuffle_labels(fraction, {seed = 5})
      assert.same(samples, numbers(set))
      assert.same(ds:class_counts(), set:class_counts())
      local changed = 0
      for i, label in ipairs(set:labels():totable()) do
        if label ~= before[i] then changed = changed + 1 end
      end
      -- Two labels differ with probability 1 - (0.667^2 + 0.267^2 + 0.067^2).
      local expected = fraction * 300 * 0.48
      assert.is_true(math.abs(changed - expected) <= 4 * math.sqrt(expected + 0.01), changed)
      assert.same(set:labels():totable(),
        ds:shuffle_labels(fraction, {seed = 5}):labels():totable())
      last = set
    end
    assert.not_same(last:labels():totable(), ds:shuffle_labels():labels():totable())
  end)

  it("draws labels uniformly where that is wanted", function()
    local counts = uneven():shuffle_labels(1, {mode = "uniform"}):class_counts()
    for class = 1, 3 do assert.is_true(math.abs(counts[class] - 100) < 35, counts[class]) end
    local half = uneven():shuffle_labels(0.5, {mode = "uniform"}):class_counts()
    assert.is_true(math.abs(half[1] - 150) < 35 and math.abs(half[3] - 60) < 30)
  end)

  it("refuses other settings", function()
    local ds = uneven()
    sets.refused("argument 1: number in 0 .. 1 expected, got 2", ds.shuffle_labels, ds, 2)
    sets.refused('option mode: one of "permute", "uniform"', ds.shuffle_labels, ds, 1, {mode = "x"})
  end)
end)

describe("ds:concat", function()
  it("has the samples of both", function()
    local a, b = numbered({1, 2}, {"x", "y"}), numbered({2, 1, 2})
    local both = a:concat(b)
    assert.same({1, 2, 1, 2, 3}, numbers(both))
    assert.same({1, 2, 2, 1, 2}, both:labels():totable())
    assert.same({"x", "y"}, both:class_names())
    assert.same({2, 3}, numbers(both:subset {2, 5}))
  end)

  it("refuses sets that are not alike", function()
    local a = numbered({1, 2}, {"x", "y"})
    sets.refused("dataset:concat: there are 2 and 3 classes", a.concat, a, numbered {1, 2, 3})
    sets.refused('class 2 is "y" here and "z" there', a.concat, a, numbered({1, 2}, {"x", "z"}))
    sets.refused("samples are float32 1 and float32 2", a.concat, a,
      data.tensors {x = tensor.zeros(2, 2), y = tensor({1, 2}):to("int32")})
    sets.refused("argument 1: dataset expected, got 7", a.concat, a, 7)
  end)
end)

describe("running out of memory", function()
  it("is an error, without a leak", function()
    local ds = uneven()
    scarcity(function()
      local set = ds:only_classes({3, 1}):per_class(5):shuffle_labels(0.5)
      set:concat(set):random_subset(7, {stratified = true}):labels()
    end)
  end)
end)
