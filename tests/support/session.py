"""Drives a program on a pseudo-terminal (tests/support/session.lua).

usage: session.py PROGRAM ARGUMENTS...   with steps on stdin, one a line:
  send HEX      types the bytes            expect HEX   waits for the text
  control C     presses Ctrl-C (or D, R)   wait SECONDS
  end CODE      waits for the exit code
Prints "ok", or which step failed and what the terminal showed instead.
"""
import sys
import time

import pexpect

steps = [line.split(maxsplit=1) for line in sys.stdin if line.strip()]
child = pexpect.spawn(sys.argv[1], sys.argv[2:], encoding="utf-8", timeout=10,
                      dimensions=(24, 80))
child.delaybeforesend = None
for number, (verb, value) in enumerate(steps, 1):
    try:
        if verb == "send":
            child.send(bytes.fromhex(value).decode())
        elif verb == "expect":
            child.expect_exact(bytes.fromhex(value).decode())
        elif verb == "control":
            child.sendcontrol(value.strip().lower())
        elif verb == "wait":
            time.sleep(float(value))
        elif verb == "end":
            child.expect(pexpect.EOF)
            child.close()
            code = child.exitstatus if child.signalstatus is None else -child.signalstatus
            if code != int(value):
                sys.exit(f"step {number}: exit code {code}, expected {value}")
    except pexpect.ExceptionPexpect as problem:
        wanted = bytes.fromhex(value).decode() if verb == "expect" else value
        print(f"step {number}: {verb} {wanted!r}: {type(problem).__name__}\n"
              f"the terminal showed: {child.before!r}")
        sys.exit(1)
child.close(force=True)
print("ok")
