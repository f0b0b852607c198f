local program = require "support.program"

local function check(command, output, code)
  local got, got_code = program.shell(command)
  assert.equal(output, got)
  assert.equal(code, got_code)
end

-- Runs `use(file name)` with a script that holds `text`.
local function with_script(text, use)
  local name = program.file(text)
  local ok, problem = pcall(use, name)
  os.remove(name)
  if not ok then error(problem, 0) end
end

describe("the command line", function()
  it("runs -e and -l in their order", function()
    check("invar -e 'x = 1' -e 'print(x + 1)'", "2\n", 0)
    check("invar -lstring -e 'print(string == require \"string\")'", "true\n", 0)
    check("invar -l s=string -e 'print(s.rep)' | cut -c1-8", "function\n", 0)
  end)

  it("gives scripts their arguments, as lua does", function()
    with_script("print(arg[0] ~= nil, arg[-1], #arg, ...)", function(name)
      check("invar -e '' " .. name .. " a -e 'b c'", "true\t\t3\ta\t-e\tb c\n", 0)
      check("invar -- " .. name .. " x | tr -d '\\n'", "true\t--\t1\tx", 0)
    end)
    check("echo 'print(arg[0], ...)' | invar - 1 2", "-\t1\t2\n", 0)
    check("echo 'print(#arg)' | invar", "0\n", 0)
  end)

  it("prints version and help", function()
    local output, code = program.shell "invar -v"
    assert.is_truthy(output:find "^Invar [%w.+-]+, Lua 5%.4%.%d+, backend %l+\n$")
    assert.equal(0, code)
    output, code = program.shell "invar --help"
    assert.is_truthy(output:find("usage: invar", 1, true))
    assert.equal(0, code)
  end)

  it("refuses what it does not know", function()
    check("invar -x", "invar: there is no option '-x'\ninvar: try 'invar --help'\n", 1)
    check("invar -e", "invar: an argument is missing after '-e'\n"
      .. "invar: try 'invar --help'\n", 1)
    check("invar /nowhere.lua",
      "invar: cannot open /nowhere.lua: No such file or directory\n", 1)
  end)

  it("ends with lua's exit codes and messages", function()
    check("invar -e 'os.exit(7)'", "", 7)
    check("invar -e 'os.exit(true, true)'", "", 0)
    check("invar -e 'os.exit(false)'", "", 1)
    check("invar -e 'error(setmetatable({}, {__tostring = function() return \"hey\" end}))'",
      "invar: hey\n", 1)
    local output, code = program.shell "invar -e 'error {}'"
    assert.is_truthy(output:find("invar: (error object is a table value)\nstack trace", 1, true))
    assert.equal(1, code)
    with_script("local function f() error 'broken' end\nf()", function(name)
      output, code = program.shell("invar " .. name)
      assert.equal(1, code)
      assert.is_truthy(output:find("invar: " .. name .. ":1: broken\nstack traceback:\n", 1, true))
      assert.is_truthy(output:find(name .. ":2: in main chunk", 1, true))
    end)
    with_script("x = = 1", function(name)
      output, code = program.shell("invar " .. name)
      assert.equal(1, code)
      assert.is_truthy(output:find("unexpected symbol", 1, true))
    end)
  end)

  it("does not run binary chunks, which Lua cannot check", function()
    with_script(string.dump(function() end), function(name)
      local output, code = program.shell("invar " .. name)
      assert.equal(1, code)
      assert.is_truthy(output:find("attempt to load a binary chunk", 1, true))
    end)
  end)

  it("ignores LUA_INIT", function()
    check("LUA_INIT='print(1)' LUA_INIT_5_4='print(1)' invar -e ''", "", 0)
  end)

  it("does not give the prompt's names to scripts", function()
    check("invar -e 'print(tensor, help, exit)'", "nil\tnil\tnil\n", 0)
  end)
end)

describe("modules", function()
  it("of Debian, pure and in C, can be required", function()
    check("invar -e 'print(require \"lpeg\".P \"a\":match \"a\", "
      .. "require \"lfs\".currentdir() ~= nil, require \"argparse\" ~= nil)'",
      "2\ttrue\ttrue\n", 0)
  end)

  it("are found in the current folder and beside the script", function()
    local output = program.shell [[
      dir=$(mktemp -d); mkdir $dir/sub
      echo 'return 42' >$dir/mine.lua
      echo 'print((require "mine"))' >$dir/script.lua
      cd $dir && invar -e 'print((require "mine"))' && cd / && invar $dir/script.lua
      rm -r $dir]]
    assert.equal("42\n42\n", output)
  end)

  it("name what is not there", function()
    local output = program.shell "invar -e 'print(require \"invar\".tensr)'"
    assert.is_truthy(output:find("there is no invar.tensr (did you mean tensor?)", 1, true))
  end)
end)

describe("Ctrl-C in a script", function()
  -- Runs code that says "ready", sends SIGINT once or twice, gives the code.
  local function interrupt(code, twice)
    return program.shell(([[
      "%s" -e '%s' & pid=$!
      sleep 0.4; kill -INT $pid; %s
      wait $pid; echo "code $?"]]):format(program.path, code,
      twice and "sleep 0.5; kill -INT $pid" or ""))
  end

  it("raises an error, with exit code 130", function()
    local output = interrupt "while true do end"
    assert.equal("invar: (command line):1: interrupted!\ncode 130\n", output)
  end)

  it("stops work in C", function()
    local output = interrupt
      "local t = require(\"invar\").tensor while true do t.zeros(2000, 2000) end"
    assert.is_truthy(output:find("interrupted!\ncode 130\n", 1, true), output)
  end)

  it("can be caught", function()
    local output = interrupt "print(pcall(function() while true do end end)) print(1)"
    assert.equal("false\t(command line):1: interrupted!\n1\ncode 0\n", output)
  end)

  it("and other signals ask the program to leave", function()
    for _, name in ipairs {"TERM", "USR1", "HUP"} do
      local output = program.shell(("%s -e 'while true do end' & pid=$!; sleep 0.4; "
        .. "kill -%s $pid; wait $pid; echo code $?"):format(program.quote(program.path), name))
      assert.equal("invar: (command line):1: asked to leave\ncode 143\n", output)
      output = program.shell(("(echo 'print(2)'; sleep 1) | (exec 3<&0; %s -i <&3 & pid=$!; "
        .. "sleep 0.4; kill -%s $pid; wait $pid; echo code $?)"):format(
        program.quote(program.path), name))
      assert.matches("code 143\n$", output)
    end
  end)

  it("ends a script that does not react when it comes twice", function()
    local output = interrupt("string.rep(\"a\", 60000):find((\"a*\"):rep(30) .. \"b\")", true)
    assert.equal("code 130\n", output)
  end)
end)

describe("an installed tree", function()
  it("works from anywhere, through links and $PATH, and goes away", function()
    local output, code = program.shell(([[
      tree=$(mktemp -d); build=$(dirname %s)
      make="make -s --no-print-directory -C $(dirname %s) PREFIX=/opt/x DESTDIR=$tree"
      $make BUILD="$build" install -o "$build/invar"
      cd / && bin=$tree/opt/x/bin
      code='print(package.path:match("^[^;]*"), getmetatable(require("invar").tensor.zeros(2)))'
      $bin/invar -e "$code" | sed "s:$tree::"
      ln -s $bin/invar $tree/link && $tree/link -e 'print((require("invar").version) ~= nil)'
      PATH=$bin:$PATH; command invar -e 'print(1)'
      test -s $tree/opt/x/share/man/man1/invar.1 && ls $tree/opt/x/share/invar
      $make uninstall; find $tree/opt -type f; rm -r $tree]])
      :format(program.path, program.quote(program.root)))
    assert.equal(0, code)
    assert.equal("/opt/x/share/invar/lua/?.lua\ttensor\ntrue\n1\nexamples\nlua\nscripts\n",
      output)
  end)

  it("takes its library from INVAR_LUA if told so", function()
    local output, code = program.shell "INVAR_LUA=/nowhere invar -e ''"
    assert.equal(1, code)
    assert.is_truthy(output:find(
      "invar: INVAR_LUA: /nowhere does not hold invar/init.lua\n", 1, true))
  end)
end)
