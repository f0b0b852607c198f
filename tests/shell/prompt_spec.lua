local program = require "support.program"
local session = require "support.session"

-- Each session has a folder of its own for history and settings.
local folder

-- The prompt, after what was printed before it.
local ready = {"expect", "> "}

local function talk(steps, options)
  table.insert(steps, 1, ready)
  session(steps, ("XDG_STATE_HOME=%s XDG_CONFIG_HOME=%s"):format(folder, folder), options)
end

describe("the prompt", function()
  before_each(function()
    folder = os.tmpname()
    os.remove(folder)
    os.execute("mkdir " .. folder)
  end)
  after_each(function() os.execute("rm -rf " .. folder) end)

  it("shows values and leaves with Ctrl-D", function()
    talk {"1 + 1", {"expect", "\r2\r\n"}, "'a\"b'", {"expect", [["a\"b"]]},
      "{1, {2, x = 'y'}}", {"expect", '{1, {2, x = "y"}}'},
      "tensor.zeros(2, 3)", {"expect", "tensor 2x3"},
      "_", {"expect", "tensor 2x3"},
      "rng", {"expect", "module rng: help(rng) lists"},
      {"control", "D"}, {"end", 0}}
  end)

  it("is silent after a semicolon and for calls without a value", function()
    talk {"x = 41; x + 1;", {"expect", "> "}, "5;", {"expect", "> "},
      "print(_ + 1)", {"expect", "6\r\n"}, "undefined", {"expect", "nil"}}
  end)

  it("takes input over several lines", function()
    talk {"function f(x)", {"expect", ">> "}, "  return x + 1", {"expect", ">> "},
      "end", {"expect", "> "}, "f(", {"expect", ">> "}, "41)", {"expect", "42"},
      "f = [[", {"expect", ">> "}, "a]]", {"expect", "> "}, "f", {"expect", '"a"'}}
  end)

  it("takes a paste of several lines as one input", function()
    talk {{"send", "\27[200~for i = 1, 2 do\n  print(i * 21)\nend\27[201~"}, {"send", "\n"},
      {"expect", "21\r\n42\r\n"}, {"expect", "> "}}
  end)

  it("keeps the locals of a line, and everything after an error", function()
    talk {"local a, b <const> = 1, 2", ready, "local function f() return a + b end", ready,
      "error 'broken'", {"expect", "broken"}, "f()", {"expect", "\r3\r\n"},
      "x y", {"expect", "syntax error near 'y'"}, "a", {"expect", "\r1\r\n"}}
  end)

  it("names what may have been meant", function()
    talk {"tensr.zeros(1)", {"expect", "did you mean tensor?"},
      "tensor.zeroes(1)", {"expect", "there is no tensor.zeroes (did you mean zeros?)"},
      "rng.new(1):unifrm()", {"expect", "did you mean uniform?"}}
  end)

  it("completes names, fields, methods, modules and files", function()
    talk {{"send", "tens\t.zer\t"}, {"expect", "tensor.zeros"}, {"send", "(1)\n"},
      {"expect", "tensor 1"}, "my = {inner = {value = 77}}", ready,
      {"send", "my.inn\t.val\t\n"}, {"expect", "77"},
      "r = rng.new(1)", ready, {"send", "print(r:unif\t"}, {"expect", "r:uniform"},
      {"send", "())\n"}, ready,
      {"send", "#require 'lfs.nothi\t"}, {"control", "C"}, ready,
      {"send", "io.open('/etc/host\tname') ~= nil\n"}, {"expect", "true"}}
  end)

  it("never runs code of the user to complete", function()
    talk {"hot = setmetatable({}, {__index = function() print 'RAN' end})", ready,
      {"send", "hot.ab\tx = 'do'..'ne'\n"}, ready, "rawget(hot, 'abx')",
      {"expect", '"done"'}}
    local file = assert(io.open(folder .. "/invar/history"))
    assert.is_nil(file:read "a":find("RAN\n", 1, true))
    file:close()
  end)

  it("keeps its history over sessions, without repetitions", function()
    talk {"first = 1", ready, "second = [[", {"expect", ">> "}, "two\\lines]]", ready,
      "second = 2", ready, "second = 2", ready, {"control", "D"}, {"end", 0}}
    talk {"third = 3", ready, {"send", "\27[A\27[A\27[A"}, {"expect", "two\\lines]]"},
      {"control", "C"}, ready, {"control", "R"}, {"send", "f"}, {"expect", "\27[27mirst = 1"},
      {"control", "C"}, ready, {"control", "D"}, {"end", 0}}
    local file = assert(io.open(folder .. "/invar/history"))
    assert.equal("first = 1\nsecond = [[\\ntwo\\\\lines]]\nsecond = 2\nthird = 3\n",
      file:read "a")
    file:close()
  end)

  it("cancels a line at Ctrl-C", function()
    talk {{"send", "x = 5"}, {"control", "C"}, ready, "x", {"expect", "nil"},
      "for i = 1, 3 do", {"expect", ">> "}, {"control", "C"}, ready,
      "1 + 1", {"expect", "\r2\r\n"}}
  end)

  it("stops Lua at Ctrl-C, also in coroutines, more than once", function()
    talk {"x = 41", ready,
      {"send", "while true do end\n"}, {"wait", 0.2}, {"control", "C"},
      {"expect", "interrupted!"}, ready,
      {"send", "coroutine.wrap(function() while true do end end)()\n"}, {"wait", 0.2},
      {"control", "C"}, {"expect", "interrupted!"}, ready,
      "x + 1", {"expect", "42"}}
  end)

  it("stops long work in C at Ctrl-C and keeps variables", function()
    talk({"x = 42", ready,
      {"send", "print 'begin'; for i = 1, 1e9 do big = tensor.zeros(1000, 1000) end\n"},
      {"expect", "\rbegin"}, {"wait", 0.3}, {"control", "C"}, {"expect", "interrupted!"},
      ready, "x", {"expect", "42"}})
  end)

  it("tells how long slow commands took", function()
    talk {"t = invar.clock(); while invar.clock() < t + 1.1 do end", {"expect", "(1."},
      {"expect", " s)"}}
  end)

  it("shows no more than a screen of a value", function()
    talk {"t = {}; for i = 1, 1e5 do t[{}] = {i, tostring(i)} end; t.t = t", ready, "t",
      {"expect", "more lines)"}, ready, "t.t == t", {"expect", "true"}}
  end)

  it("explains with help and ?", function()
    talk {"help(invar.clock)", {"expect", "Seconds since"}, "?threads",
      {"expect", "number of threads"}, "help 'nonsens'",
      {"expect", 'There is no help on "nonsens"'}}
  end)

  it("runs the user's file and the script before -i", function()
    os.execute("mkdir " .. folder .. "/invar")
    local file = assert(io.open(folder .. "/invar/init.lua", "w"))
    file:write "mine = 123"
    file:close()
    talk({"mine + x", {"expect", "128"}}, "-i -e 'x = 5'")
  end)

  it("works without a terminal", function()
    local output, code = program.shell(
      ("printf '1 + 1\\nx = {\\n2}\\nx\\nerror(3)\\n' | XDG_STATE_HOME=%s invar -i"):format(folder))
    assert.equal(0, code)
    assert.equal("> 2\n> >> > {2}\n> error object: 3\n> ", output)
  end)
end)
