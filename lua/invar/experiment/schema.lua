--- The tables of a results folder's database. `version` grows with every change
-- of them that older programs do not understand.

local schema = {version = 1}

schema.sql = [[
CREATE TABLE runs (
  id TEXT PRIMARY KEY,        -- a hash of protocol and settings
  protocol TEXT NOT NULL,
  file TEXT NOT NULL,         -- the protocol's file
  preset TEXT,
  settings TEXT NOT NULL,     -- JSON
  planned INTEGER NOT NULL,   -- 1: all its steps are known
  started TEXT NOT NULL,      -- the first time and
  latest TEXT NOT NULL,       -- the last time somebody ran it
  version TEXT NOT NULL,      -- of the program
  git TEXT                    -- state of the protocol's repository
) STRICT;

CREATE TABLE steps (
  key TEXT PRIMARY KEY,       -- a hash of name, settings, code, steps used
  name TEXT NOT NULL,
  settings TEXT NOT NULL,     -- JSON; a step used is {"$step": its key}
  code TEXT NOT NULL,         -- hash of the code's version
  state TEXT NOT NULL CHECK (state IN ('queued', 'running', 'done', 'failed')),
  seed INTEGER GENERATED ALWAYS AS (json_extract(settings, '$.seed')) VIRTUAL,
  started TEXT,
  finished TEXT,
  wall REAL,                  -- seconds
  cpu REAL,                   -- seconds of all threads
  memory INTEGER,             -- most bytes of the process
  version TEXT,               -- of the program
  git TEXT,
  host TEXT,                  -- where it runs or ran,
  pid INTEGER,                -- as which process,
  boot TEXT,                  -- since which start of the machine
  process_start INTEGER,      -- and of the process (ticks after that)
  cpu_model TEXT,
  isa TEXT,
  cores INTEGER,
  threads INTEGER,
  backend TEXT,
  error TEXT,
  traceback TEXT
) STRICT, WITHOUT ROWID;

CREATE TABLE run_steps (
  run TEXT NOT NULL REFERENCES runs ON DELETE CASCADE,
  position INTEGER NOT NULL,
  step TEXT NOT NULL REFERENCES steps,
  PRIMARY KEY (run, position)
) STRICT, WITHOUT ROWID;
CREATE INDEX runs_of_step ON run_steps (step);

CREATE TABLE inputs (
  step TEXT NOT NULL REFERENCES steps ON DELETE CASCADE,
  input TEXT NOT NULL,
  PRIMARY KEY (step, input)
) STRICT, WITHOUT ROWID;

CREATE TABLE rows (
  step TEXT NOT NULL REFERENCES steps ON DELETE CASCADE,
  n INTEGER NOT NULL,
  fields TEXT NOT NULL,       -- JSON
  PRIMARY KEY (step, n)
) STRICT, WITHOUT ROWID;

CREATE TABLE artifacts (
  step TEXT NOT NULL REFERENCES steps ON DELETE CASCADE,
  name TEXT NOT NULL,
  kind TEXT NOT NULL,         -- module, tensor or tensors
  file TEXT NOT NULL,         -- below the results folder
  bytes INTEGER NOT NULL,
  hash TEXT NOT NULL,
  PRIMARY KEY (step, name)
) STRICT, WITHOUT ROWID;

-- All rows with what they belong to: select result->>'accuracy' from results
CREATE VIEW results AS
  SELECT run_steps.run AS run, runs.protocol AS protocol, steps.name AS step,
         steps.seed AS seed, steps.settings AS settings, rows.fields AS result,
         rows.n AS n, steps.key AS key
  FROM run_steps JOIN runs ON runs.id = run_steps.run
       JOIN steps ON steps.key = run_steps.step
       JOIN rows ON rows.step = steps.key
  ORDER BY run_steps.run, run_steps.position, rows.n;

-- One line per value of a row.
CREATE VIEW result_values AS
  SELECT results.run, results.protocol, results.step, results.seed, results.key,
         results.n, field.key AS field, field.value AS value
  FROM results, json_each(results.result) AS field;

-- How far runs are.
CREATE VIEW progress AS
  SELECT runs.id AS run, runs.protocol AS protocol, runs.planned AS planned,
         count(steps.key) AS steps, count(CASE state WHEN 'done' THEN 1 END) AS done,
         count(CASE state WHEN 'failed' THEN 1 END) AS failed,
         count(CASE state WHEN 'running' THEN 1 END) AS running
  FROM runs LEFT JOIN run_steps ON run_steps.run = runs.id
       LEFT JOIN steps ON steps.key = run_steps.step
  GROUP BY runs.id;
]]

return schema
