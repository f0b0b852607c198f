-- Trainings that were stopped go on, and end with the bits of one that was not.
local invar = require "invar"
local nn, rng, store, train = invar.nn, invar.rng, invar.store, invar.train
local program = require "support.program"
local scarcity = require "support.scarcity"
local training = require "support.training"

local set = training.set

local function message_of(f, ...)
  local ok, message = pcall(f, ...)
  assert.is_false(ok)
  return tostring(message)
end

local function bytes_of(path)
  local file = io.open(path, "rb")
  if not file then return nil end
  local bytes = file:read "a"
  file:close()
  return bytes
end

-- Calls f with a name for a checkpoint that does not exist yet.
local function with_path(f)
  local path = os.tmpname()
  os.remove(path)
  local ok, message = pcall(f, path)
  os.remove(path)
  assert(ok, message)
end

-- Everything of a log but its times.
local function facts(log)
  local list = {}
  for i, e in ipairs(log.epochs) do
    local v = e.validation
    list[i] = {e.epoch, e.loss, e.accuracy, e.lr, v.step, v.loss, v.n, v.confusion:totable(),
      v.macro_accuracy}
  end
  list.best = {log.best.by, log.best.value, log.best.step}
  list.validations = #log.validations
  return list
end

local function same_state(a, b)
  local other = b:state_dict()
  for name, value in pairs((a:state_dict())) do
    assert.is_true(value:equal(other[name]), name)
  end
  assert.equal(a[2].num_batches_tracked, b[2].num_batches_tracked)
  assert.equal(a[4].stream:state(), b[4].stream:state())
end

local whole = training.network()
local whole_log = train.fit(whole, set, training.settings())

describe("a training that is stopped", function()
  it("goes on after any step with the same bits and the same log", function()
    for stop = 2, 12 do
      with_path(function(path)
        local settings = training.settings {checkpoint = path, on_step = function(info)
          if info.step == stop then error("stopped", 0) end
        end}
        assert.equal("stopped", message_of(train.fit, training.network(), set, settings))
        local net, seen = training.network():initialise(99), 0
        settings.on_step = function() seen = seen + 1 end
        local log = train.fit(net, set, settings)
        assert.equal(12 - stop + 1, seen) -- the checkpoint is that of the step before
        same_state(whole, net)
        assert.same(facts(whole_log), facts(log))
      end)
    end
  end)

  it("goes on at ends of epochs, and is not run again when it is done", function()
    with_path(function(path)
      local settings = training.settings {checkpoint = path, on_epoch = function(entry)
        if entry.epoch == 2 then error("stopped", 0) end
      end}
      message_of(train.fit, training.network(), set, settings)
      local epochs = {}
      settings.on_epoch = function(entry) epochs[#epochs + 1] = entry.epoch end
      train.fit(training.network(), set, settings)
      assert.same({2, 3}, epochs) -- the end of epoch 2 is repeated
      local net = training.network()
      local log = train.fit(net, set, settings)
      assert.same({2, 3}, epochs)
      same_state(whole, net)
      assert.same(facts(whole_log), facts(log))
      settings.resume, epochs = false, {}
      train.fit(training.network(), set, settings)
      assert.same({1, 2, 3}, epochs)
    end)
  end)

  it("with kill -9 at any moment ends with the same bits", function()
    local script = package.searchpath("support.training", package.path)
    local result, wanted = os.tmpname(), os.tmpname()
    whole:save(wanted)
    local delays = rng.new(3)
    for _ = 1, 5 do
      with_path(function(path)
        local kills = 0
        repeat
          -- The first is over before any training can be.
          local delay = kills == 0 and 0.005 or delays:uniform(0.01, 0.05) * (1 + kills / 5)
          local _, code = program.shell(("timeout -s KILL %.3f %s %s %s %s"):format(
            delay, program.quote(program.path),
            program.quote(script), path, result))
          kills = kills + 1
          assert.is_true(code == 0 or code == 137, code)
        until code == 0 or kills > 200
        assert.is_true(kills > 1)
        assert.is_true(bytes_of(wanted) == bytes_of(result))
        program.shell("rm -f " .. path .. ".*.part")
      end)
    end
    os.remove(result)
    os.remove(wanted)
  end)
end)

describe("a training that is asked to leave", function()
  it("writes its checkpoint first, at any moment", function()
    local script = package.searchpath("support.training", package.path)
    local result, wanted = os.tmpname(), os.tmpname()
    whole:save(wanted)
    local delays = rng.new(5)
    -- Asks one training to leave until it ends; how often it left a checkpoint.
    local function disturb(path, signal)
      local leave, written = signal == "INT" and 130 or 143, 0
      for try = 1, 200 do
        -- from before a training can have begun on
        local delay = 0.004 + delays:uniform(0.02, 0.06) * (try / 20) ^ 2
        local output, code = program.shell(
          ("timeout --preserve-status -s %s %.3f %s %s %s %s 1000"):format(signal, delay,
            program.quote(program.path), program.quote(script), path, result))
        if code == 0 then break end
        -- before the program looks at signals they end it in their own way
        assert.is_true(code == leave or code > 128 and output == "", output)
        if bytes_of(path) then written = written + 1 end
      end
      assert.is_true(bytes_of(wanted) == bytes_of(result))
      return written
    end
    for _, signal in ipairs {"TERM", "INT", "USR1"} do
      local written = 0
      for _ = 1, 20 do -- on a busy machine it may end between two requests
        with_path(function(path) written = disturb(path, signal) end)
        if written > 0 then break end
      end
      assert.is_true(written > 0)
    end
    os.remove(result)
    os.remove(wanted)
  end)
end)

describe("a checkpoint", function()
  it("of other settings is refused, and what differs is named", function()
    with_path(function(path)
      train.fit(training.network(), set, training.settings {checkpoint = path, epochs = 1})
      local before = bytes_of(path)
      local function fails(pattern, net, more, other)
        local settings = training.settings {checkpoint = path, epochs = 1}
        for key, value in pairs(more) do settings[key] = value end
        assert.matches(pattern, message_of(train.fit, net, other or set, settings), 1, true)
      end
      local net = training.network()
      fails("is of another training: batch is 17, in the checkpoint 16", net, {batch = 17})
      fails("clip is 4, in the checkpoint 5; seed is 2, in the checkpoint 1", net,
        {clip = 4, seed = 2})
      fails("optimizer.lr is 0.02", net, {optimizer = {"adam", lr = 0.02}})
      fails("loss.smoothing is 0.1", net, {loss = {"cross_entropy", smoothing = 0.1}})
      fails("data.size is 59, in the checkpoint 60", net, {}, training.pictures(59, 1))
      fails("validation.size is 29", net, {validation = training.pictures(29, 1)})
      fails("does not fit: 6 unexpected (", nn.sequential {nn.flatten(),
        nn.linear(192, 3)}, {})
      assert.equal(before, bytes_of(path))
      train.fit(net, set, training.settings {checkpoint = path, epochs = 1, label = "other",
        on_step = print}) -- what changes nothing is no difference
    end)
  end)

  it("that is another file or a damaged one is refused", function()
    with_path(function(path)
      local settings = training.settings {checkpoint = path, epochs = 1}
      training.network():save(path)
      assert.matches("is no checkpoint of train.fit",
        message_of(train.fit, training.network(), set, settings))
      os.remove(path)
      train.fit(training.network(), set, settings)
      local tensors, metadata = store.load(path)
      for _, name in ipairs {"net.0.weight", "optimizer.0.weight.mean", "average.1.bias",
        "position.steps", "stream.3.stream"} do
        local kept, note = tensors[name], metadata[name]
        tensors[name], metadata[name] = nil, nil
        store.save(path, tensors, metadata)
        if name ~= "optimizer.0.weight.mean" then
          assert.matches("train.fit: .* does not fit: ",
            message_of(train.fit, training.network(), set, settings))
        end
        tensors[name], metadata[name] = kept, note
      end
      local file = io.open(path, "wb")
      file:write "not this"
      file:close()
      assert.matches("not a safetensors file",
        message_of(train.fit, training.network(), set, settings))
    end)
  end)

  it("stays as it was when the disk is full", function()
    local script = package.searchpath("support.training", package.path)
    with_path(function(path)
      local function run(limit)
        return program.shell(("trap '' XFSZ; %s; %s %s %s /dev/null"):format(limit,
          program.quote(program.path), program.quote(script), path))
      end
      message_of(train.fit, training.network(), set, training.settings {checkpoint = path,
        on_step = function(info) if info.step == 3 then error("stopped", 0) end end})
      local before = bytes_of(path)
      local output, code = run "ulimit -f 8"
      assert.equal(1, code)
      assert.matches("train.fit: " .. path .. ": File too large", output, 1, true)
      assert.is_true(before == bytes_of(path))
      assert.equal("", (program.shell("ls " .. path .. ".* 2>/dev/null")))
    end)
  end)

  it("is written or not when memory runs out", function()
    with_path(function(path)
      local small = training.pictures(4, 1)
      local settings = training.settings {checkpoint = path, epochs = 0}
      scarcity(function()
        os.remove(path)
        train.fit(training.network(), small, settings)
      end, {leaks = true})
      scarcity(function() train.fit(training.network(), small, settings) end, {leaks = true})
    end)
  end)
end)
