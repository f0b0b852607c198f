std = "lua54"
max_line_length = 90
files["tests/"] = {std = "+busted"}
