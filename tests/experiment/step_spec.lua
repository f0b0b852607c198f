-- What steps return, keep and give to the steps after them.
local invar = require "invar"
local experiment, nn, tensor = invar.experiment, invar.nn, invar.tensor
local files = require "support.files"
local with_folder = require "support.folder"

-- Runs run(ctx) as a protocol in a folder of its own; f gets the results.
local function with_results(run, f, given)
  with_folder(function(folder)
    f(experiment.run({name = "p", defaults = {n = 3}, run = run}, {results = folder .. "/r",
      settings = given}), folder .. "/r")
  end)
end

-- The error of a protocol with one step of this function.
local function failure(f)
  return with_folder(function(folder)
    local ok, message = pcall(experiment.run, {name = "p", run = function(ctx)
      ctx:step("a", {}, f)
    end}, {results = folder .. "/r"})
    assert.is_false(ok)
    return message
  end)
end

describe("a step", function()
  it("gets its settings and returns rows", function()
    with_results(function(ctx)
      ctx:step("one", {n = ctx.settings.n, list = {1.5, 2}, deep = {on = true}}, function(step)
        local s = step.settings
        s.n = s.n + 1 -- its own copy
        return {n = s.n, kind = math.type(s.list[1]), on = s.deep.on, mean = {a = 0.1, b = 1}}
      end)
      ctx:step("many", {}, function() return {{i = 1}, {i = 2, x = 0 / 0}} end)
      ctx:step("none", {}, function() end)
    end, function(results)
      assert.equal("p", results.protocol)
      assert.same({n = 4, kind = "float", on = true, ["mean.a"] = 0.1, ["mean.b"] = 1},
        results:steps("one")[1]:row())
      assert.same({["deep.on"] = true, list = {1.5, 2}, n = 4, kind = "float", on = true,
        ["mean.a"] = 0.1, ["mean.b"] = 1}, results:rows("one")[1])
      local rows = results:rows "many"
      assert.equal(2, rows[2].i)
      assert.is_true(rows[2].x ~= rows[2].x)
      assert.same({}, results:steps("none")[1]:row())
      assert.equal(3, #results:rows())
      assert.matches("results of p %(run %x+, 3 of 3 steps done%)", tostring(results))
      assert.matches("step one %(%x+, done%)", tostring(results:steps()[1]))
    end)
  end)

  it("uses other steps, and its rows know of them", function()
    with_results(function(ctx)
      local models = {}
      for i, model in ipairs {"a", "b"} do
        models[i] = ctx:step("make", {model = model, seed = i}, function(step)
          return {quality = step.settings.seed * 10}
        end)
      end
      ctx:step("best", {models = models, first = models[1]}, function(step)
        local s = step.settings
        return {sum = s.models[1]:row().quality + s.models[2]:rows()[1].quality
          + models[2]:row().quality, name = s.first.settings.model, key = #s.first.key}
      end)
    end, function(results)
      local row = results:rows("best")[1]
      assert.same({sum = 50, name = "a", key = 32, ["first.model"] = "a", ["first.seed"] = 1,
        ["first.quality"] = 10, ["models.1.model"] = "a", ["models.1.seed"] = 1,
        ["models.1.quality"] = 10, ["models.2.model"] = "b", ["models.2.seed"] = 2,
        ["models.2.quality"] = 20}, row)
      assert.equal("a", results:steps("best")[1].settings.first.settings.model)
    end)
  end)

  it("keeps networks and tensors", function()
    with_results(function(ctx)
      local made = ctx:step("make", {}, function()
        local net = nn.sequential {nn.linear(3, 4), nn.batch_norm(4)}:initialise(5)
        return {}, {net = net, weights = tensor.arange(1, 6), more = {x = tensor.ones(2), y = 7}}
      end)
      ctx:step("use", {made = made}, function(step)
        local m = step.settings.made
        local net = m:load(nn.sequential {nn.linear(3, 4), nn.batch_norm(4)})
        local weight = m:load(nn.sequential {nn.linear(3, 4), nn.batch_norm(4)}, "net")
        return {same = net[1].weight:equal(weight[1].weight),
          sum = m:tensors("weights"):sum():item(), x = m:tensors("more").x:size(1)}
      end)
    end, function(results, folder)
      assert.same({same = true, sum = 21.0, x = 2}, results:steps("use")[1]:row())
      local made = results:steps("make")[1]
      local wanted = nn.sequential {nn.linear(3, 4), nn.batch_norm(4)}:initialise(5)
      local net = made:load(nn.sequential {nn.linear(3, 4), nn.batch_norm(4)})
      assert.is_true(net[1].weight:equal(wanted[1].weight))
      assert.equal(folder .. "/steps/" .. made.key .. "/net.safetensors", made:file "net")
      local function fails(pattern, ...)
        local ok, message = pcall(...)
        assert.is_false(ok, pattern)
        assert.matches(pattern, message, 1, true)
      end
      fails('step:tensors: the step make has several of this kind: name one; there are: '
        .. 'more, net, weights', made.tensors, made)
      fails('the step make has nothing called "nat"', made.load, made, net, "nat")
      fails("step:load: argument 1: module expected", made.load, made, 3)
      fails("step:load: ", made.load, made, nn.linear(2, 2))
      fails("step:rows: self: step expected", made.rows, {})
      local path = made:file "net"
      local bytes = files.read(path)
      local file = assert(io.open(path, "wb"))
      file:write(bytes:sub(1, -2), "\0")
      file:close()
      fails("net.safetensors is damaged: remove the run", made.load, made, net)
      os.remove(path)
      fails("net.safetensors is missing: remove the run", made.file, made, "net")
    end)
  end)

  it("says what it cannot return", function()
    assert.matches("experiment.run: 1 of 1 steps failed, the first is a: a step returns a row "
      .. "or a list of rows (tables), got 3", failure(function() return 3 end), 1, true)
    assert.matches("row 2: table expected, got 1", failure(function() return {{}, 1} end), 1, true)
    assert.matches("row 1: x: plain values expected", failure(function()
      return {x = tensor.ones(1)}
    end), 1, true)
    assert.matches("rows are a list without names and holes", failure(function()
      return {{}, x = {}}
    end), 1, true)
    assert.matches("a step returns what is to be kept as {name = network or tensor}, got 1",
      failure(function() return {}, 1 end), 1, true)
    assert.matches("x: network, tensor or table of tensors expected, got 1", failure(function()
      return {}, {x = 1}
    end), 1, true)
    assert.matches('"../x" cannot be the name of a file', failure(function()
      return {}, {["../x"] = {}}
    end), 1, true)
    assert.matches("step:rows: the step a is not done yet", failure(function(step)
      return step:rows()
    end), 1, true)
  end)

  it("has a folder of its own while it works", function()
    with_results(function(ctx)
      ctx:step("a", {}, function(step)
        local file = assert(io.open(step.folder .. "/note", "w"))
        file:write "x"
        file:close()
        return {checkpoint = step.checkpoint:sub(#step.folder + 2)}
      end)
    end, function(results, folder)
      assert.equal("checkpoint.safetensors", results:rows("a")[1].checkpoint)
      local pipe = io.popen("ls " .. folder .. "/work")
      assert.equal("", pipe:read "a")
      pipe:close()
      assert.is_nil(results:steps("a")[1].folder)
    end)
  end)

  it("can be waited for by run(ctx)", function()
    local order = {}
    _G.noted = function(what) order[#order + 1] = what end
    with_results(function(ctx)
      local first = ctx:step("first", {n = ctx.settings.n}, function(step)
        noted "first" -- luacheck: ignore
        return {best = step.settings.n * 2}
      end)
      ctx:step("other", {}, function() noted "other" end) -- luacheck: ignore
      for i = 1, first:wait():row().best do
        ctx:step("more", {i = i}, function() return {} end)
      end
    end, function(results)
      assert.same({"first", "other"}, order)
      assert.equal(6, #results:steps "more")
    end)
    _G.noted = nil
  end)
end)
