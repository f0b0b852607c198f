-- Output of busted: a dot per test, then what failed and how, then
-- "N passed, N failed" (and ", N skipped") as the last line.
return function()
  local busted = require "busted"
  local handler = require "busted.outputHandlers.base"()

  local function mark(character)
    return function()
      io.write(character)
      io.flush()
      return nil, true
    end
  end

  function handler.testEnd(_, _, status)
    local marks = {success = ".", pending = "-"}
    return mark(marks[status] or "F")()
  end

  local function describe(kind, failure)
    local trace = failure.trace or {}
    io.write(("\n%s: %s\n  %s:%s\n"):format(kind, failure.name or "?",
      trace.short_src or "?", trace.currentline or "?"))
    local message = failure.message
    if type(message) ~= "string" then message = require "pl.pretty".write(message) end
    io.write("  ", (message:gsub("\n", "\n  ")), "\n")
  end

  -- After Ctrl-C, or a signal that asks the program to leave, tests are skipped.
  local interrupted = false

  function handler.note(_, _, message)
    interrupted = interrupted or tostring(message):find "interrupted!$" ~= nil
    return nil, true
  end

  function handler.testStart(element)
    if interrupted and element.descriptor == "it" then
      local skip = element.env.pending
      element.run = function() skip "interrupted" end
    end
    return nil, true
  end

  function handler.suiteEnd()
    io.write("\n")
    for _, failure in ipairs(handler.failures) do describe("FAILED", failure) end
    for _, failure in ipairs(handler.errors) do describe("ERROR", failure) end
    local failed = handler.failuresCount + handler.errorsCount
    io.write(("\n%d passed, %d failed"):format(handler.successesCount, failed))
    if handler.pendingsCount > 0 then io.write((", %d skipped"):format(handler.pendingsCount)) end
    io.write("\n")
    return nil, true
  end

  busted.subscribe({"test", "start"}, handler.testStart)
  busted.subscribe({"test", "end"}, handler.testEnd, {predicate = handler.cancelOnPending})
  busted.subscribe({"suite", "end"}, handler.suiteEnd)
  busted.subscribe({"failure"}, mark("F"))
  busted.subscribe({"error"}, mark("E"))
  busted.subscribe({"failure"}, handler.note)
  busted.subscribe({"error"}, handler.note)
  return handler
end
