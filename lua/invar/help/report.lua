return {
  {name = "report", call = 'local report = require "invar".report',
    summary = "Results as text tables and CSV files."},
  {name = "report.table", call = "report.table(rows, columns)",
    summary = "A text table, which is also Markdown.",
    text = [[rows: a list of tables. columns: a list of {key, title[, format]}: which fields,
under which titles, numbers by a string.format pattern. Missing fields stay empty.]],
    example = [[print(report.table({{net = "a", accuracy = 0.91}},
  {{"net", "network"}, {"accuracy", "accuracy", "%.3f"}}))]]},
  {name = "report.csv", call = "report.csv(path, rows, keys)",
    summary = "Writes rows to a CSV file.",
    text = [[rows: a list of tables; keys: the fields to write, in order; they are the first
line. Numbers have nine digits. The file is written whole or not at all.]],
    example = [[report.csv("results.csv", rows, {"seed", "accuracy"})]]},
  {name = "report.folder", call = "report.folder(path)",
    summary = "Makes a folder and those above it; it may be there already.",
    text = [[An error when it cannot be made or is no folder.]],
    example = [[report.folder("out/today")]]},
  {name = "report.write", call = "report.write(path, text)",
    summary = "Writes a file whole or not at all.",
    text = [[Under a temporary name, synced, renamed: a full disk or a crash leaves the old
file as it was.]],
    example = [[report.write("notes.txt", "done\n")]]},
  {name = "report.read_csv", call = "report.read_csv(path[, options])",
    summary = "The rows of a CSV file, numbers as numbers.",
    text = [[
header     the first line holds names: rows are tables by them; false: lists (true)
separator  ",", ";", "\t" or " " (any number of blanks); a tab for .tsv, else ","
Fields in quotes stay strings, and may hold separators, line ends and doubled
quotes. Missing values (nothing, NA, N/A, NaN, null, ?) are nil. Numbers are read
whatever the locale, correctly rounded; those written as integers are integers.
Lines of different lengths, quotes that are never closed and bytes 0 are errors
that name the line. Also returns the names in the order of the columns.]],
    example = [[local rows, keys = report.read_csv("results.csv")]]},
}
