"""Looks at a report in headless Chromium, over its debugging pipe.

    browser.py PAGE.html [SCREENSHOT.png]

Prints a Lua table: what the page holds (figures with their sizes, the rows of each
table as loaded and after clicks on the head of each column, folding of <details>),
and what the browser complained about.
"""
import json
import os
import select
import shutil
import subprocess
import sys
import tempfile
import time

LOOK = """(() => {
  const rows = t => [...t.tBodies[0].rows].map(r => [...r.cells].map(c => c.textContent));
  const out = {title: document.title, figures: [], tables: [], details: []};
  for (const i of document.images) {
    const box = i.getBoundingClientRect();
    out.figures.push({complete: i.complete, natural: i.naturalWidth, alt: i.alt,
      width: box.width, height: box.height});
  }
  for (const t of document.querySelectorAll("table")) {
    const heads = [...t.querySelectorAll("th")], clicks = [];
    const table = {heads: heads.map(h => h.textContent), loaded: rows(t), clicks: clicks};
    heads.forEach(h => {
      const sorts = [];
      for (let i = 0; i < 2; i++) {
        h.querySelector("button").click();
        sorts.push({sort: h.getAttribute("aria-sort"), rows: rows(t),
          others: heads.filter(o => o !== h && o.getAttribute("aria-sort") !== "none").length});
      }
      clicks.push(sorts);
    });
    out.tables.push(table);
  }
  for (const d of document.querySelectorAll("details")) {
    const dl = d.querySelector("dl"), closed = dl.checkVisibility();
    d.querySelector("summary").click();
    out.details.push({closed: !closed, open: d.open && dl.checkVisibility()
      && dl.getBoundingClientRect().height > 0, text: dl.textContent});
    d.querySelector("summary").click();
  }
  out.overflow = document.documentElement.scrollWidth > innerWidth;
  return JSON.stringify(out);
})()"""


class Browser:
    """Chromium with two pipes: messages are JSON that ends with a zero byte."""

    def __init__(self, profile):
        to_read, self.write_end = os.pipe()
        self.read_end, to_write = os.pipe()

        def descriptors():
            # Chromium reads commands from 3 and answers on 4.
            copies = os.dup(to_read), os.dup(to_write)
            os.dup2(copies[0], 3)
            os.dup2(copies[1], 4)

        self.process = subprocess.Popen(
            ["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run",
             "--disable-dev-shm-usage", "--disable-extensions", "--window-size=1100,900",
             "--user-data-dir=" + profile, "--remote-debugging-pipe", "about:blank"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, close_fds=False,
            preexec_fn=descriptors)
        os.close(to_read)
        os.close(to_write)
        self.buffer, self.events, self.number = b"", [], 0
        self.deadline = time.monotonic() + 60

    def receive(self):
        while b"\0" not in self.buffer:
            left = self.deadline - time.monotonic()
            if left <= 0 or not select.select([self.read_end], [], [], left)[0]:
                raise TimeoutError("no answer from the browser")
            data = os.read(self.read_end, 1 << 16)
            if not data:
                raise EOFError("the browser has ended")
            self.buffer += data
        message, self.buffer = self.buffer.split(b"\0", 1)
        return json.loads(message)

    def call(self, method, session=None, **parameters):
        self.number += 1
        message = {"id": self.number, "method": method, "params": parameters}
        if session:
            message["sessionId"] = session
        os.write(self.write_end, json.dumps(message).encode() + b"\0")
        while True:
            answer = self.receive()
            if answer.get("id") == self.number:
                if "error" in answer:
                    raise RuntimeError(answer["error"]["message"])
                return answer["result"]
            self.events.append(answer)

    def wait_for(self, method):
        while not any(event.get("method") == method for event in self.events):
            self.events.append(self.receive())


def complaints(events):
    """Exceptions, console messages, log entries and requests to anywhere else."""
    found = []
    for event in events:
        method, parameters = event.get("method"), event.get("params", {})
        if method in ("Runtime.exceptionThrown", "Runtime.consoleAPICalled", "Log.entryAdded"):
            found.append(json.dumps(parameters)[:500])
        elif method == "Network.requestWillBeSent":
            url = parameters["request"]["url"]
            if not url.startswith(("file:", "data:")):
                found.append("request: " + url)
    return found


def look(browser, page, screenshot):
    import base64
    target = browser.call("Target.createTarget", url="about:blank")["targetId"]
    session = browser.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
    for domain in "Page", "Runtime", "Log", "Network":
        browser.call(domain + ".enable", session)
    browser.call("Page.navigate", session, url="file://" + os.path.abspath(page))
    browser.wait_for("Page.loadEventFired")
    if screenshot:
        for name, scheme in ("", "light"), (".dark.png", "dark"):
            browser.call("Emulation.setEmulatedMedia", session,
                         features=[{"name": "prefers-color-scheme", "value": scheme}])
            picture = browser.call("Page.captureScreenshot", session, captureBeyondViewport=True)
            with open(screenshot + name, "wb") as file:
                file.write(base64.b64decode(picture["data"]))
    answer = browser.call("Runtime.evaluate", session, expression=LOOK)
    if "exceptionDetails" in answer:
        raise RuntimeError(json.dumps(answer["exceptionDetails"])[:500])
    found = json.loads(answer["result"]["value"])
    found["complaints"] = complaints(browser.events)
    return found


def to_lua(value):
    """A Lua expression for what JSON can hold."""
    if isinstance(value, bool) or value is None:
        return {True: "true", False: "false", None: "nil"}[value]
    if isinstance(value, dict):
        return "{" + ", ".join("[%s] = %s" % (to_lua(k), to_lua(v))
                               for k, v in value.items()) + "}"
    if isinstance(value, list):
        return "{" + ", ".join(map(to_lua, value)) + "}"
    if isinstance(value, str):
        return '"' + "".join("\\%03d" % byte for byte in value.encode()) + '"'
    return repr(value)


def main():
    profile = tempfile.mkdtemp()
    browser = Browser(profile)
    try:
        screenshot = sys.argv[2] if len(sys.argv) > 2 else None
        print("return " + to_lua(look(browser, sys.argv[1], screenshot)))
    finally:
        browser.process.kill()
        browser.process.wait()
        shutil.rmtree(profile, ignore_errors=True)


main()
