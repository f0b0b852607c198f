-- What image.show writes, read back; and how it chooses what to write.
local image = require "invar.image"
local picture = require "support.picture"
local program = require "support.program"
local read = require "support.pictures_in_text"
local rng = require "invar.rng"
local scarcity = require "support.scarcity"
local session = require "support.session"
local show = require "invar.image.show"
local tensor = require "invar.tensor"

local function random(...)
  return tensor.rand(rng.new(5), {...}, {low = 0, high = 256}):to "uint8"
end

local function room(protocol, width, height)
  return {protocol = protocol, width = width or 800, height = height or 480, columns = 80}
end

local function enlarged(img, times)
  return image.resize(img, {height = img:size(1) * times, width = img:size(2) * times,
    filter = "nearest"})
end

local function equal(a, b)
  assert.same(a:shape(), b:shape())
  assert.equal(0, (picture.compare(a, b)))
end

describe("image.show writes", function()
  local small, gray = random(32, 20, 3), random(28, 28, 1)

  it("PNG files in kitty's commands", function()
    local img, commands = read.kitty(show.text({small}, room "kitty", {}))
    equal(enlarged(small, 8), img)
    assert.is_true(commands > 1)
    equal(gray, (read.kitty(show.text({gray}, room "kitty", {scale = 1}))))
    equal(small, (read.kitty(show.text({small}, room("kitty", 30), {}))))
  end)

  it("PNG files in iTerm2's sequence", function()
    equal(enlarged(small, 3), read.iterm2(show.text({small}, room "iterm2", {scale = 3})))
  end)

  it("what is too wide shrunk to the terminal", function()
    local wide = random(90, 1000, 3)
    local img = read.iterm2(show.text({wide}, room "iterm2", {}))
    equal(image.resize(wide, {height = 72, width = 800, filter = "box"}), img)
    img = read.iterm2(show.text({small}, room("iterm2", 100), {scale = 50}))
    equal(enlarged(small, 5), img)
  end)

  it("sixels of all grays", function()
    local rows = read.sixel(show.text({gray}, room "sixel", {scale = 1}))
    local values = gray:totable()
    for y = 1, 28 do
      for x = 1, 28 do
        local wanted = math.floor(values[y][x][1] * 100 / 255 + 0.5)
        assert.same({wanted, wanted, wanted}, rows[y][x])
      end
    end
  end)

  it("sixels of few colours as they are, of many near to them", function()
    local flags = tensor.zeros(13, 9, 3)
    flags[{{1, 6}, {}, 1}] = 255
    flags[{{}, {5, 9}, 2}] = 102
    flags[{{9, 13}, {2, 3}, 3}] = 51
    local rows = read.sixel(show.text({flags:to "uint8"}, room "sixel", {scale = 1}))
    for y, row in ipairs(flags:totable()) do
      for x, p in ipairs(row) do
        assert.same({p[1] / 2.55 // 1, p[2] / 2.55 // 1, p[3] / 2.55 // 1}, rows[y][x])
      end
    end
    local smooth = image.resize(random(4, 4, 3), {height = 60, width = 60, filter = "bicubic"})
    rows = read.sixel(show.text({smooth}, room "sixel", {scale = 1}))
    local sum, worst = 0, 0
    for y, row in ipairs(smooth:totable()) do
      for x, p in ipairs(row) do
        for c = 1, 3 do
          local off = math.abs(p[c] - rows[y][x][c] * 2.55)
          sum, worst = sum + off, math.max(worst, off)
        end
      end
    end
    assert.is_true(sum / (60 * 60 * 3) < 8, "mean " .. sum / (60 * 60 * 3))
    assert.is_true(worst < 80, "worst " .. worst)
  end)

  it("half blocks, two rows a line", function()
    local text = require("invar.core.image").half_blocks(small, true)
    equal(small, read.blocks(text))
    assert.equal(16, select(2, text:gsub("\n", "")))
    local odd = require("invar.core.image").half_blocks(random(5, 7, 3), true)
    assert.equal(3, select(2, odd:gsub("\n", "")))
    assert.is_truthy(odd:find "\27%[49m")
  end)

  it("half blocks in the nearest of 256 colours", function()
    local colors = tensor({{{255, 0, 0}, {8, 8, 8}}, {{95, 135, 255}, {250, 252, 255}}})
    local text = require("invar.core.image").half_blocks(colors:to "uint8", false)
    assert.equal("\27[38;5;196m\27[48;5;69m▀\27[38;5;232m\27[48;5;231m▀\27[0m\n", text)
  end)

  it("alpha on squares", function()
    local soft = tensor.zeros(16, 16, 4):to "uint8"
    soft[{{}, {9, 16}, 4}] = 255
    local img = read.iterm2(show.text({soft}, room "iterm2", {scale = 1}))
    assert.same({16, 16, 3}, img:shape())
    assert.equal(0, img[{{}, {9, 16}}]:max():item())
    assert.same({204, 204, 204}, img[1][1]:totable())
    assert.same({153, 153, 153}, img[1][3]:totable())
  end)

  it("several as a grid that fits, with names", function()
    local batch = {}
    for i = 1, 20 do batch[i] = random(32, 32, 3) end
    local img = read.kitty(show.text(batch, room "kitty", {}))
    assert.is_true(img:size(2) <= 800)
    equal(enlarged(batch[1], 3), image.crop(img, 3, 3, 96, 96))
    local labels = {}
    for i = 1, 20 do labels[i] = "a very long name of a class" end
    local text = show.text(batch, room("blocks", 80, 40), {labels = labels})
    for line in text:gmatch "[^\n]*" do
      local plain = line:gsub("\27%[[%d;]*m", "")
      assert.is_true(utf8.len(plain) <= 80)
    end
    assert.is_truthy(text:find("a very long name o…", 1, true))
  end)

  it("a line where nothing can be drawn", function()
    assert.equal("image: 28 x 28 x 1, uint8\n", show.text({gray}, room "none", {}))
    local output = program.shell(program.quote(program.path)
      .. [[ -e 'local i = require "invar"; i.image.show(i.tensor.zeros(4, 4, 3))']])
    assert.equal("image: 4 x 4 x 3, uint8\n", output)
  end)

  it("to anything when a protocol is named", function()
    local output = program.shell(program.quote(program.path) .. [[ -e 'local i = require "invar"
      i.image.show(i.tensor.full({2, 4, 4, 3}, -1), {range = {-1, 1}, protocol = "kitty"})']])
    local img = read.kitty(output)
    assert.equal(0, img[{{3, 98}, {3, 98}}]:max():item())
  end)

  it("names cut at characters, without control codes", function()
    assert.equal("né…", show.cut("némo-fish", 3))
    assert.equal("cat  ", show.cut("cat", 5))
    assert.equal("a?[31m", show.cut("a\27[31m", 6))
    assert.equal("??", show.cut("\255\254", 2))
  end)
end)

describe("image.show chooses", function()
  local function detect(environment, answer)
    local asked = 0
    local found = show.detect(function(name) return environment[name] end, function()
      asked = asked + 1
      return answer or ""
    end)
    return found, asked
  end

  for _, case in ipairs {
    {"kitty", {TERM = "xterm-kitty"}, 0},
    {"kitty", {TERM = "xterm-256color", KITTY_WINDOW_ID = "1"}, 0},
    {"kitty", {TERM = "xterm-256color", TERM_PROGRAM = "ghostty"}, 0},
    {"kitty", {TERM = "xterm-256color", KONSOLE_VERSION = "230401"}, 0},
    {"blocks", {TERM = "xterm-256color", KONSOLE_VERSION = "211200"}, 1},
    {"iterm2", {TERM = "xterm-256color", TERM_PROGRAM = "iTerm.app"}, 0},
    {"iterm2", {TERM = "xterm-256color", LC_TERMINAL = "iTerm2"}, 0},
    {"iterm2", {TERM = "xterm-256color", TERM_PROGRAM = "WezTerm"}, 0},
    {"sixel", {TERM = "foot"}, 1, "\27[?62;4;22c"},
    {"sixel", {TERM = "xterm"}, 1, "\27[?64;1;2;4c"},
    {"blocks", {TERM = "xterm"}, 1, "\27[?64;1;2;6;9;15;22c"},
    {"blocks", {TERM = "xterm"}, 1, "\27[?4;1c"}, -- the class is no attribute
    {"blocks", {TERM = "xterm"}, 1, "\27[?62;42;14c"},
    {"blocks", {TERM = "xterm"}, 1, "nonsense4;c"},
    {"none", {TERM = "xterm", NO_COLOR = "1"}, 1},
    {"sixel", {TERM = "xterm", NO_COLOR = "1"}, 1, "\27[?62;4c"},
    {"blocks", {TERM = "xterm", NO_COLOR = ""}, 1},
    {"blocks", {TERM = "tmux-256color", KITTY_WINDOW_ID = "1"}, 0},
    {"blocks", {TERM = "xterm-kitty", TMUX = "/tmp/tmux"}, 0},
    {"blocks", {TERM = "screen", TERM_PROGRAM = "iTerm.app"}, 0},
    {"none", {TERM = "dumb", KITTY_WINDOW_ID = "1"}, 0},
    {"none", {}, 0},
    {"sixel", {TERM = "screen", TMUX = "x", INVAR_IMAGES = "sixel"}, 0},
    {"blocks", {TERM = "xterm-kitty", INVAR_IMAGES = "blocks", NO_COLOR = "1"}, 0},
    {"kitty", {TERM = "xterm-kitty", INVAR_IMAGES = ""}, 0},
  } do
    local words = {}
    for name, value in pairs(case[2]) do words[#words + 1] = name .. "=" .. value end
    table.sort(words)
    it(case[1] .. " for " .. table.concat(words, " ") .. (case[4] and ", asked" or ""), function()
      local found, asked = detect(case[2], case[4])
      assert.equal(case[1], found)
      assert.equal(case[3], asked)
    end)
  end

  it("nothing for a protocol that there is not", function()
    assert.error_matches(function() detect {TERM = "xterm", INVAR_IMAGES = "sixels"} end,
      'image.show: INVAR_IMAGES: one of kitty, .* expected, got "sixels"')
  end)

  it("24-bit colours where they are known", function()
    local function true_color(environment)
      return show.true_color(function(name) return environment[name] end)
    end
    assert.is_true(true_color {TERM = "xterm-256color", COLORTERM = "truecolor"})
    assert.is_true(true_color {TERM = "foot-extra"})
    assert.is_false(true_color {TERM = "xterm-256color"})
    assert.is_false(true_color {TERM = "linux"})
  end)
end)

describe("image.show asks the terminal", function()
  local function run(code, steps)
    local script = program.file("local i = require 'invar'\n" .. code)
    session(steps, "NO_COLOR= INVAR_IMAGES= COLORTERM= TMUX= STY= TERM_PROGRAM= LC_TERMINAL= "
      .. "KITTY_WINDOW_ID= KONSOLE_VERSION=", script)
    os.remove(script)
  end
  local twice = [[
    i.image.show(i.tensor.zeros(4, 4, 3))
    print("first")
    i.image.show(i.tensor.zeros(4, 4, 3))
    print("second", io.read "l")
  ]]

  it("once, and draws sixels where it says so", function()
    run(twice, {{"expect", "\27[c"}, {"send", "\27[?62;4;22c"},
      {"expect", '\27P0;1;0q"1;1;256;256'}, {"expect", "first\r\n\27P0;1;0q"},
      {"send", "typed\n"}, {"expect", "second\ttyped"}, {"end", 0}})
  end)

  it("and does without an answer", function()
    run(twice, {{"expect", "\27[c"}, {"expect", "\27[38;5;16m"},
      {"expect", "first\r\n\27[38;5;16m"},
      {"send", "typed\n"}, {"expect", "second\ttyped"}, {"end", 0}})
  end)
end)

describe("image.show refuses", function()
  local function refused(wanted, ...)
    local ok, message = pcall(image.show, ...)
    assert.is_false(ok, "accepted; wanted: " .. wanted)
    assert.is_truthy(message:find(wanted, 1, true), message)
    assert.is_truthy(message:find "image%.show: ")
  end
  local zeros = tensor.zeros(2, 2, 3)

  it("what are no pictures", function()
    refused("argument 1: tensor or table expected", 3)
    refused("there are no images", {})
    refused("element 2: tensor expected, got 5", {zeros, 5})
    refused("got uint8 3x3x2", tensor.zeros(3, 3, 2):reshape(3, 3, 2, 1):reshape(1, 3, 3, 2))
    refused("height x width", tensor.zeros(3))
    refused("uint8 or float32 values expected, got int32", zeros:to "int32")
    refused("image 2 is 3 x 2 x 3", {zeros, tensor.zeros(3, 2, 3)}, {protocol = "kitty"})
  end)

  it("values beyond the range", function()
    refused("float32 values in 0 .. 1 expected, got -0.5 (range = {-1, 1} is for normalised",
      zeros - 0.5)
    refused("got nan", zeros / 0, {range = {-1, 1}})
    refused("option range: {low, high} expected", zeros, {range = {1, 1}})
    refused("option range: {low, high} expected", zeros, {range = {"a", 1}})
    refused("option range: {low, high} expected", zeros, {range = {-math.huge, math.huge}})
  end)

  it("other options", function()
    refused('there is no option "scal" (did you mean "scale"?)', zeros, {scal = 1})
    refused("option scale: integer in 1 .. 100", zeros, {scale = 0})
    refused("option protocol: one of", zeros, {protocol = "sixels"})
  end)
end)

describe("without memory", function()
  local img = random(40, 50, 3)
  for _, protocol in ipairs {"kitty", "sixel", "blocks"} do
    it(protocol .. " raises", function()
      scarcity(function() return show.text({img, img}, room(protocol), {}) end, {most = 200})
    end)
  end
end)
