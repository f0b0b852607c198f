return {
  {name = "report", call = 'local report = require "invar".report',
    summary = "Results: statistics of rows, tables, CSV files, documents.",
    text = [[Rows are flat tables, one for each result: {model =, transforms =, seed =, accuracy =}.
report.aggregate and report.pivot put them together to cells (mean, std, n, low, high),
report.document makes tables and figures of them.]]},
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
  {name = "report.aggregate", call = "report.aggregate(rows, {by=, value=, ...})",
    summary = "Mean, standard deviation, n and interval of each group of rows.",
    text = [[by: a field or a list of fields; value: the same. Gives a row for each combination
of by, in the order of coming, with a cell for each value: {mean, std (n - 1), n, low, high,
missing}. What is no finite number counts as missing; std needs two values. interval = "t"
(Student's, the default) or "bootstrap" (percentiles of samples = 2000 draws, seed = 1);
confidence = 0.95. Cells print as "0.950 ± 0.012" and can be shown in tables and figures.]],
    example = [[report.aggregate(rows, {by = {"model", "transforms"}, value = "accuracy"})]]},
  {name = "report.pivot", call = "report.pivot(rows, {rows=, columns=, value=, ...})",
    summary = "Cells of one field by two others, missing ones marked.",
    text = [[Gives {rows = names, columns = names, cells = {{cell}}} for document:table and
plot.heat. row_names, column_names: which values there are to be, in this order, also where
no row has them. interval, confidence, samples, seed: as in report.aggregate.]],
    example = [[report.pivot(rows, {rows = "trained", columns = "target", value = "accuracy"})]]},
  {name = "report.spread", call = "report.spread(rows, {by=, value=})",
    summary = "The largest minus the smallest mean over the values of a factor.",
    text = [[Gives {spread, lowest, highest (values of by), n (how many of them)}; spread is nil
where there is no number.]],
    example = [[report.spread(rows, {by = "model", value = "accuracy"}).spread]]},
  {name = "report.gap", call = "report.gap(rows, {by=, value=, between={a, b}, ...})",
    summary = "The mean where a field is a minus the mean where it is b.",
    text = [[Gives a cell. pair: a field or a list: differences are taken within its values (the
same seed and model, say) and the interval is that of the mean difference; without pair it is
Welch's. confidence = 0.95; interval, samples, seed: as in report.aggregate.]],
    example = [[report.gap(rows, {by = "transforms", value = "accuracy",
  between = {"same", "disjoint"}, pair = {"seed", "model"}})]]},
  {name = "report.correlation", call = "report.correlation(rows, {x=, y=, ...})",
    summary = "Pearson's or Spearman's correlation of two fields.",
    text = [[Gives {r, n, low, high}; r is nil where a field does not vary. method = "pearson"
or "spearman" (ties share ranks). interval = "fisher" (needs n > 3) or "bootstrap" (samples =
2000, seed = 1); unit = a field whose values are drawn as wholes (seeds), as rows of the same
one are not independent. confidence = 0.95.]],
    example = [[report.correlation(rows, {x = "distance", y = "accuracy", method = "spearman"})]]},
  {name = "report.variance", call = "report.variance(rows, {factors=, value=, ...})",
    summary = "How much of the variance of a result each factor explains.",
    text = [[Sums of squares of an analysis of variance by least squares; designs may be unbalanced.
A row for each factor, each interaction (up to interactions = 2 factors) and the residual:
{term, df, ss, share (eta squared: ss / total), omega2, f, p, low, high}. type = 2: what a
term explains beyond all others that do not contain it; 1: beyond those before it, so that
shares add up to 1. low, high: percentiles of the share over samples = 1000 draws of rows, or
of the values of unit (seeds); shares are not negative, so the interval of one that
is nil lies above it. samples = 0: none. confidence = 0.95, seed = 1.]],
    example = [[report.variance(rows, {factors = {"transforms", "model"}, value = "accuracy",
  unit = "seed"})]]},
  {name = "report.document", call = "report.document{title=, subtitle=}",
    summary = "An empty report, to be filled and written in five formats.",
    text = [[Its methods add blocks and give the document back. Formats: "text", "markdown",
"latex" (compiles; booktabs), "csv" (the tables) and "html" (one page with all in it,
tables that sort by clicks, settings that fold).]],
    example = [[local doc = report.document{title = "Transforms versus other factors"}]]},
  {name = "document:heading", call = "doc:heading(text[, level])",
    summary = "Adds a heading of level 1 (the default) to 3."},
  {name = "document:text", call = "doc:text(text)",
    summary = "Adds text; empty lines divide paragraphs.",
    text = [[Text is text: nothing in it means anything to a format.]]},
  {name = "document:table", call = "doc:table{rows=, columns=, ... | pivot=, ...}",
    summary = "Adds a table of rows, or of a pivot table.",
    text = [[rows: a list of tables; columns: a list of fields or of {key, title[, format]}, or
{key =, title =, format =, published =, optional =}: published is the field with the
published number, shown in a column beside; what is nil is shown as missing unless optional.
Cells of report.aggregate are shown as mean ± std, with n where it is not the commonest.
pivot: what report.pivot gives; published = {row = {column = number}}, shown in brackets;
format = "%.3f"; corner: the title of the first column. Both: caption, note, name (of the
file).]],
    example = [[doc:table{rows = rows, columns = {"model", {"accuracy", "accuracy", "%.3f"}},
  caption = "Accuracy of all networks."}]]},
  {name = "document:figure", call = "doc:figure{plot=, caption=, name=, ...}",
    summary = "Adds a figure: the settings of plot.line, bar, heat or image_grid.",
    text = [[plot: "line", "bar", "heat" or "image_grid"; name: of its files (without ending).]],
    example = [[doc:figure{plot = "bar", data = rows, x = "model", y = "accuracy",
  by = "transforms", caption = "Accuracy."}]]},
  {name = "document:provenance", call = "doc:provenance(values[, title])",
    summary = "Adds settings, or where results come from: a nested table.",
    example = [[doc:provenance({preset = "quick", seeds = {1, 2, 3}})]]},
  {name = "document:render", call = "doc:render(format[, {columns=, colours=}])",
    summary = "The document as one text in a format.",
    text = [[columns = 100 and colours = false are for "text". Only "html" draws the figures;
the others name their files as doc:write writes them.]],
    example = [[print(doc:render("text"))]]},
  {name = "document:show", call = "doc:show()",
    summary = "Prints the document, in colours where the terminal has them."},
  {name = "document:write", call = "doc:write(format, folder[, {figures=, name=}])",
    summary = "Writes the document into a folder; gives the paths of the files.",
    text = [[report.txt, .md, .tex or .html (name = "report"), or tables/NAME.csv; the figures with
their data and scripts are in figures/. figures: "png", "svg" or "pdf", by default what
suits the format.]],
    example = [[doc:write("html", "out/report")]]},
}
