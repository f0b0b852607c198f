-- The cache of decoded pictures: made once, shared, noticed when it is damaged, and
-- done without where there can be none.
local data = require "invar.data"
local files = require "support.files"
local invar = require "invar"
local pictures = require "support.pictures"
local program = require "support.program"
local scarcity = require "support.scarcity"
local testing = require "invar.core.testing"

local kept, path = pictures.kept, pictures.path

--- The samples of the folder, as text, and how they were warned about.
local function open(given)
  local text
  local warned = testing.warnings(function()
    local settings = {path = pictures.folder, size = 16}
    for key, value in pairs(given or {}) do settings[key] = value end
    local ds = data.folder(settings)
    local x = ds:batch(1, #ds, {dtype = "uint8"})
    text = table.concat(x:reshape(-1):totable(), " ")
  end)
  return text, warned
end

local function file_of_cache()
  local names = kept()
  assert.equal(1, #names)
  return pictures.cache .. "/pictures/" .. names[1]
end

local function write(name, text)
  local file = assert(io.open(name, "wb"))
  file:write(text)
  file:close()
end

--- Other bytes in a file that looks as it did: size, inode and time of change.
local function replace_secretly(name)
  local size = #files.read(name)
  assert(os.execute(("touch -r '%s' '%s.time'"):format(name, pictures.root)))
  local file = assert(io.open(name, "r+b"))
  file:write(("x"):rep(size))
  file:close()
  assert(os.execute(("touch -r '%s.time' '%s'; rm '%s.time'")
    :format(pictures.root, name, pictures.root)))
end

before_each(function()
  pictures.set_up()
  pictures.fill({"a", "b"}, 12)
end)
after_each(pictures.tear_down)

describe("the cache of pictures", function()
  it("is made once: later the files are not read", function()
    local first = open()
    for i = 1, 12 do replace_secretly(path("a", i .. ".png")) end
    -- What is at their beginning is looked at; put that back.
    local head = "\137PNG\r\n\26\n"
    for i = 1, 12 do
      local name = path("a", i .. ".png")
      assert(os.execute(("touch -r '%s' '%s.time'"):format(name, pictures.root)))
      local file = assert(io.open(name, "r+b"))
      file:write(head)
      file:close()
      assert(os.execute(("touch -r '%s.time' '%s'"):format(pictures.root, name)))
    end
    local again, warned = open()
    assert.is_true(first == again)
    assert.equal("", warned)
    assert.has_error(function() open {size = 17} end)
  end)

  it("has a file for every size, rule and way of decoding", function()
    open()
    open {size = 8}
    open {resize = "squash"}
    open {exact = true}
    open()
    assert.equal(4, #kept())
    data.transforms2d {n = 1, size = 16, backgrounds = data.backgrounds.folder(pictures.folder)}
    data.transforms2d {n = 1, size = 16, objects = data.objects.folder(pictures.folder)}
    assert.equal(6, #kept())
  end)

  it("gives sources the same pictures as without it", function()
    local function batch()
      local ds = data.transforms2d {n = 40, size = 16, fg_availability = 0.5,
        class_from = "background", prototypes = "all",
        backgrounds = data.backgrounds.folder(pictures.folder),
        objects = data.objects.folder(pictures.folder)}
      return tostring(ds:batch(1, 40):totable()[40][3][3][1]) .. ds:batch(1, 40):sum():item()
    end
    local made, opened = batch(), batch()
    testing.environment("INVAR_CACHE", "/dev/null/x")
    local without
    testing.warnings(function() without = batch() end)
    assert.equal(made, opened)
    assert.equal(made, without)
  end)

  it("is made anew where a file is changed, added, removed or called otherwise", function()
    local first = open()
    assert(os.execute(("touch -d '2001-02-03' '%s'"):format(path("a", "1.png"))))
    assert.is_true(first == open())
    assert.equal(2, #kept())
    assert(os.execute(("cp '%s' '%s'"):format(path("b", "2.png"), path("a", "1.png"))))
    assert.is_false(first == open())
    assert(os.rename(path("a", "1.png"), path("a", "zz.png")))
    assert.is_false(first == open())
    assert(os.remove(path("a", "zz.png")))
    assert.is_true(#open() < #first)
    assert.equal(5, #kept())
  end)

  it("stays with a folder that moves", function()
    local first = open()
    assert(os.rename(pictures.folder, pictures.root .. "/elsewhere"))
    assert.is_true(first == open {path = pictures.root .. "/elsewhere"})
    assert.equal(1, #kept())
  end)

  it("is the same file for every number of threads", function()
    local threads = invar.threads()
    invar.threads(1)
    open()
    local name = file_of_cache()
    local one = files.read(name)
    data.clear_cache()
    invar.threads(3)
    open()
    invar.threads(threads)
    assert.is_true(one == files.read(name))
  end)

  it("is not made for few and small files", function()
    assert(os.execute(("rm -r '%s'"):format(path "b")))
    open()
    assert.same({}, kept())
  end)
end)

describe("a damaged cache", function()
  --- Opens what `damage` made of the bytes of the file.
  local function expect_repair(first, name, whole, damaged, what)
    write(name, damaged)
    local again, warned = open()
    assert.is_true(first == again, what)
    assert.matches("it is made anew", warned, 1, true)
    assert.is_true(whole == files.read(name), what)
  end

  it("is noticed whichever byte is wrong", function()
    local first = open()
    local name = file_of_cache()
    local whole = files.read(name)
    local pixels = 24 * 16 * 16 * 3
    for _, at in ipairs {1, 9, 13, 17, 40, 60, 90, 600, 4000, 4096, 4097, 4096 + pixels // 2,
      4096 + pixels, 4097 + pixels, #whole} do
      local flipped = string.char(whole:byte(at) ~ 16)
      expect_repair(first, name, whole, whole:sub(1, at - 1) .. flipped .. whole:sub(at + 1),
        "byte " .. at)
    end
  end)

  it("is noticed when it is too short, too long or something else", function()
    local first = open()
    local name = file_of_cache()
    local whole = files.read(name)
    for _, length in ipairs {0, 1, 100, 4095, 4096, 5000, #whole // 2, #whole - 1} do
      expect_repair(first, name, whole, whole:sub(1, length), length .. " bytes")
    end
    expect_repair(first, name, whole, whole .. "\0", "too long")
    expect_repair(first, name, whole, ("garbage"):rep(2000), "garbage")
    expect_repair(first, name, whole, ("\0"):rep(#whole), "zeros")
  end)

  it("may be that of other pictures, or no file at all", function()
    open {resize = "squash"}
    local other = files.read(file_of_cache())
    data.clear_cache()
    local first = open()
    local name = file_of_cache()
    expect_repair(first, name, files.read(name), other, "of other pictures")
    assert(os.remove(name))
    assert(os.execute(("mkdir -p '%s/x'"):format(name)))
    local again, warned = open()
    assert.is_true(first == again)
    assert.matches("it is made anew", warned, 1, true)
  end)
end)

describe("several processes", function()
  local script = [[
    local data = require "invar.data"
    local ds = data.folder {path = arg[1], size = 16}
    print(ds:batch(1, #ds):sum():item())]]
  local name

  before_each(function()
    name = program.file(script)
    -- A second of work from few files.
    for i = 1, 150 do
      assert(os.execute(("ln -s ../../big.png '%s'"):format(path("a", "x" .. i .. ".png"))))
    end
    require("invar.image").save(pictures.root .. "/big.png", pictures.noise(5, 256))
  end)
  after_each(function() os.remove(name) end)

  local function run(command)
    return program.shell(("export INVAR_PROGRESS=0 F=%s S=%s C=%s; %s"):format(
      program.quote(pictures.folder), program.quote(name),
      program.quote(pictures.cache .. "/pictures"), command))
  end

  it("make it at once without harm", function()
    local output, code = run [[invar $S $F & invar $S $F & invar $S $F & wait]]
    assert.equal(0, code)
    local first, second, third = output:match "^(%S+)\n(%S+)\n(%S+)\n$"
    assert.is_truthy(first, output)
    assert.equal(first, second)
    assert.equal(first, third)
    assert.matches("%.bin$", file_of_cache())
  end)

  --- Sends a signal to a process that is at work, tried again where it was done
  -- before the signal came; gives its exit code.
  local function strike(signal)
    for _ = 1, 20 do
      data.clear_cache()
      local _, code = run(([[
        env --default-signal=INT %s $S $F & p=$!
        for i in $(seq 500); do ls $C/*.part >/dev/null 2>&1 && break; sleep 0.005; done
        kill -%s $p; wait $p]]):format(program.quote(program.path), signal))
      if not table.concat(kept(), "\n"):find "%.bin%f[\0\n]" then return code end
    end
    error("the process was always done before the signal came")
  end

  it("leave nothing that harms when they are killed", function()
    local whole = run "invar $S $F"
    assert.equal(137, strike "KILL")
    assert.is_true(#kept() > 0)
    assert.equal(whole, (run "invar $S $F"))
    assert.matches("%.bin$", file_of_cache())
  end)

  it("leave nothing at all when they are interrupted", function()
    assert.equal(130, strike "INT")
    assert.same({}, kept())
  end)

  it("go on without a cache where the disk is full, with one warning", function()
    local whole = run "invar $S $F"
    data.clear_cache()
    local output, code = run [[ulimit -f 16; invar $S $F]]
    assert.equal(0, code)
    local warned = output:gsub("\n[^\n]*\n$", "")
    assert.matches("^invar: pictures are not kept: [^\n]*File too large$", warned)
    assert.equal(whole, output:match "[^\n]*\n$")
    assert.same({}, kept())
  end)

  it("go on where the folder for it cannot be made or written", function()
    local whole = run "invar $S $F"
    for _, folder in ipairs {"/dev/null/x", "/proc/x"} do
      local output, code = run("INVAR_CACHE=" .. folder .. " invar $S $F")
      assert.equal(0, code)
      assert.matches("pictures are not kept: " .. folder, output, 1, true)
      assert.equal(whole, output:match "[^\n]*\n$")
    end
  end)
end)

describe("memory that runs out", function()
  it("is an error that says so, while it is made and while it is opened", function()
    local function scenario()
      data.folder {path = pictures.folder, size = 8, broken = "skip"}
    end
    scarcity(function()
      data.clear_cache()
      scenario()
    end)
    assert.equal(1, #kept())
    scarcity(scenario)
  end)
end)

describe("data.cache and data.clear_cache", function()
  it("tell what is kept, and remove what was used longest ago", function()
    local function is_empty(list) return #list == 0 and list.bytes == 0 end
    assert.is_true(is_empty(data.cache()))
    assert.equal(0, data.clear_cache())
    open()
    open {size = 8}
    local list = data.cache()
    assert.equal(2, #list)
    assert.equal(list[1].bytes + list[2].bytes, list.bytes)
    assert.equal(pictures.cache .. "/pictures", list.folder)
    assert.equal(20e9, list.limit)
    local by_title = {}
    for _, entry in ipairs(list) do by_title[entry.title] = entry end
    local large = by_title["pictures, 16 x 16, crop of " .. pictures.folder .. "/"]
    local small = by_title["pictures, 8 x 8, crop of " .. pictures.folder .. "/"]
    assert(os.execute(("touch -d '2001-02-03' '%s'"):format(small.path)))
    assert.equal(small.path, data.cache()[2].path)
    open {size = 8} -- and is used now
    assert.is_true(math.abs(os.time() - data.cache()[1].used) < 100)
    assert(os.execute(("touch -d '2001-02-03' '%s'"):format(large.path)))
    assert.equal(large.bytes, data.clear_cache(list.bytes - 1))
    assert.equal(small.path, data.cache()[1].path)
    assert.equal(small.bytes, data.clear_cache())
    assert.is_true(is_empty(data.cache()))
  end)

  it("keep the folder below INVAR_CACHE_LIMIT gigabytes", function()
    testing.environment("INVAR_CACHE_LIMIT", "0.00003")
    open()
    assert(os.execute(("touch -d '2001-02-03' '%s'"):format(file_of_cache())))
    open {size = 8}
    testing.environment("INVAR_CACHE_LIMIT")
    assert.equal(1, #kept())
    assert.matches("8 x 8", data.cache()[1].title)
  end)

  it("leave what is in use alone", function()
    local ds = data.folder {path = pictures.folder, size = 16}
    local sum = ds:batch(1, #ds):sum():item()
    data.clear_cache()
    assert.equal(sum, ds:batch(1, #ds):sum():item())
  end)
end)
