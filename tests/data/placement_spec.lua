-- Where objects lie: Protocol 2's corner, against Pillow, and positions drawn for
-- each sample.
local data = require "invar.data"
local picture = require "support.picture"
local samples = require "support.samples"
local tensor = require "invar.tensor"
local transforms = require "invar.transforms"

local equal = samples.equal
local folder = picture.fixtures .. "data/"

local function make(options)
  options.objects = options.objects or data.objects.random {classes = 5}
  options.backgrounds = options.backgrounds or data.backgrounds.uniform {}
  options.n = options.n or 50
  return data.transforms2d(options)
end

--- The object alone, without any background.
local function shape(ds, i) return ds:details(i).object[{{}, {}, 4}]:to("float32") end

describe("Protocol 2's placement", function()
  it("is that of the released code to the bit, whose (21, 2) is (19, 0) here", function()
    local ds = make {n = 1, fg_scale = 0.55, fg_position = {19, 0},
      objects = data.objects.images {tensor.load(folder .. "object.npy")},
      backgrounds = data.backgrounds.images {tensor.load(folder .. "carried_square.npy")}}
    assert.same(tensor.load(folder .. "placed.npy"):totable(), (ds:sample(1)):totable())
  end)

  it("fits on the canvas, in the upper right corner, as it is written", function()
    local ds = make {fg_scale = 0.55, fg_position = {21, 2}}
    local whole = make {fg_scale = 0.55}
    local box = ds:details(1).box
    assert.same({x = 20, y = 2, width = 12, height = 12}, box)
    for i = 1, 5 do
      local alpha = shape(ds, i)
      local all = alpha:sum():item()
      assert.is_true(all > 0.98 * shape(whole, i):sum():item())
      assert.is_true(alpha[{{1, 16}, {17, 32}}]:sum():item() > 0.999 * all)
    end
  end)

  it("keeps any position on the canvas", function()
    for _, case in ipairs {
      {{0, 0}, 0, 0}, {{-7, 5}, 0, 5}, {{1000, -1000}, 20, 0}, {{20, 20}, 20, 20},
      {{3, 21}, 3, 20},
    } do
      local box = make {fg_scale = 0.55, fg_position = case[1]}:details(1).box
      assert.same({x = case[2], y = case[3], width = 12, height = 12}, box)
    end
    local box = make {fg_position = {9, 40}}:details(1).box
    assert.same({x = 9, y = 10, width = 22, height = 22}, box)
  end)

  it("is the same in all four of its sets; classes are independent", function()
    local n, size = 400, 32
    local x, labels = tensor.zeros(n, size, size, 3):to("uint8"), {}
    for i = 1, n do
      x[i] = i % 200 + 50
      labels[i] = i % 10 + 1
    end
    local scenes = data.backgrounds.dataset(
      data.tensors {x = x, y = tensor(labels):to("int32")})
    local objects = data.objects.random {classes = 10}
    local function set(options)
      options.objects, options.n = objects, 2000
      options.fg_scale, options.fg_position = 0.55, {19, 0}
      return make(options)
    end
    local scene = set {backgrounds = scenes, class_from = "background", fg_availability = 0}
    local to_scene = set {backgrounds = scenes, class_from = "background"}
    local to_object = set {backgrounds = scenes}
    local object = set {}
    local counts = {}
    for i = 1, 2000 do
      local a, b, c, d = scene:details(i), to_scene:details(i), to_object:details(i),
        object:details(i)
      assert.same({a.label, a.background}, {b.label, b.background})
      assert.same({c.label, c.background}, {d.label, b.background})
      counts[b.label * 10 + c.label] = (counts[b.label * 10 + c.label] or 0) + 1
    end
    -- Pearson's chi-squared of 100 cells around 20 each; 81 degrees of freedom.
    local sum = 0
    for _, count in pairs(counts) do sum = sum + (count - 20) ^ 2 / 20 end
    assert.is_true(sum < 81 + 6 * math.sqrt(2 * 81), sum)
    for i = 1, 20 do
      assert.is_true(equal((to_scene:sample(i)), (to_object:sample(i))))
      local bare, with = scene:sample(i), to_scene:sample(i)
      assert.is_true(equal(bare[{{14, 32}, {}, {}}], with[{{14, 32}, {}, {}}]))
      assert.is_false(equal(bare, with))
    end
  end)

  it("has twins that exchange the background, or the object", function()
    local ds = make {n = 40, fg_scale = 0.55, fg_position = {19, 0},
      backgrounds = data.backgrounds.builtin()}
    local scenery, object = ds:twin(7, "background"), ds:twin(7, "object")
    local low = {{14, 32}, {}, {}}
    for i = 1, 40 do
      local a, b, c = ds:details(i), scenery:details(i), object:details(i)
      assert.same({a.class, a.label}, {b.class, b.label})
      assert.is_true(equal(a.object, b.object))
      assert.equal(a.background, c.background)
      assert.is_true(equal((ds:sample(i))[low], (object:sample(i))[low]))
    end
    local function changed(twin, key)
      local count = 0
      for i = 1, 40 do
        if ds:details(i)[key] ~= twin:details(i)[key] then count = count + 1 end
      end
      return count
    end
    assert.is_true(changed(scenery, "background") > 30)
    assert.is_true(changed(object, "class") > 20)
  end)
end)

describe('fg_position = "random"', function()
  it("draws each place where the box fits, but the last, equally often", function()
    local n, counts = 4000, {x = {}, y = {}}
    local ds = make {n = n, fg_scale = 0.55, fg_position = "random"}
    for i = 1, n do
      local box = ds:details(i).box
      assert.same({12, 12}, {box.width, box.height})
      for _, axis in ipairs {"x", "y"} do
        counts[axis][box[axis]] = (counts[axis][box[axis]] or 0) + 1
      end
    end
    for _, axis in ipairs {"x", "y"} do
      local sum = 0
      for place = 0, 19 do sum = sum + (counts[axis][place] - n / 20) ^ 2 / (n / 20) end
      assert.is_true(sum < 19 + 6 * math.sqrt(2 * 19), sum)
      assert.is_nil(counts[axis][20])
    end
  end)

  it("moves the object as translate does, before the transformations", function()
    local still = make {fg_scale = 0.55, transforms = {"rotate"}}
    local ds = make {fg_scale = 0.55, transforms = {"rotate"}, fg_position = "random"}
    for i = 1, 20 do
      local a, b = still:details(i), ds:details(i)
      assert.same(a.parameters, b.parameters)
      local moved = transforms.translate():apply(a.prepared,
        {dx = b.box.x - a.box.x, dy = b.box.y - a.box.y})
      assert.is_true(equal(moved, b.prepared))
      local object = transforms.rotate():apply(moved, b.parameters[1])
      assert.is_true(equal(object, b.object))
      assert.is_true(equal((ds:sample(i)), (ds:subset {i}:sample(1))))
    end
  end)

  it("has draws of its own", function()
    local options = {fg_position = "random", transforms = {"hue"}}
    local ds = make(options)
    local function moved(twin)
      local count = 0
      for i = 1, 50 do
        local a, b = ds:details(i).box, twin:details(i).box
        if a.x ~= b.x or a.y ~= b.y then count = count + 1 end
      end
      return count
    end
    assert.equal(0, moved(ds:twin(5)))
    assert.equal(0, moved(ds:twin(5, "object")))
    assert.equal(0, moved(ds:twin(5, "background")))
    assert.is_true(moved(ds:twin(5, "position")) > 40)
    assert.is_true(moved(ds:split "test") > 40)
    options.position_seed = 5
    assert.is_true(equal(ds:twin(5, "position"):batch(1, 50), (make(options):batch(1, 50))))
    local twin = ds:twin(5, "position")
    for i = 1, 50 do
      assert.equal(ds:details(i).class, twin:details(i).class)
      assert.same(ds:details(i).parameters, twin:details(i).parameters)
    end
    assert.equal(1, ds:describe().position_seed)
  end)

  it("is refused where it means nothing", function()
    local function refused(wanted, f, ...)
      local ok, message = pcall(f, ...)
      assert.is_false(ok)
      assert.is_truthy(message:find(wanted, 1, true), message)
    end
    refused('option fg_position: {x, y} in pixels or "random" expected', make,
      {fg_position = "anywhere"})
    refused('option fg_position: {x, y} in pixels or "random" expected', make,
      {fg_position = {1.5, 2}})
    refused("option position_seed: integer expected", make, {position_seed = "x"})
    local ds = make {}
    refused('dataset:twin: positions are drawn only with fg_position = "random"',
      ds.twin, ds, 3, "position")
  end)
end)
