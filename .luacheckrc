std = "lua54"
max_line_length = 100
exclude_files = {"tests/fixtures/"}
files["tests/"] = {std = "+busted", globals = {"arg"}}
files["lua/invar/repl.lua"] = {globals = {"_G"}}
