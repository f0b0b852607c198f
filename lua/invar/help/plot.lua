return {
  {name = "plot", call = 'local plot = require "invar".plot',
    summary = "Figures: PNG, SVG or PDF through gnuplot, or in the terminal.",
    text = [[Without the setting file a figure is drawn in the terminal. file = "figure.png" (or
.svg, .pdf) writes the figure and beside it its data (figure.csv, a table that everything
reads) and the gnuplot script (figure.gp), which reads the data by its name: move the
folder, edit, run gnuplot figure.gp. Returns {file =, data =, script =}, the paths.

Settings of all figures: title, xlabel, ylabel; width and height in units of 1/96 inch
(text is 15 high; a PNG has scale = 2 pixels for each); panels, a list of {title =, ...}
side by side on the same axes, across of them in a row. Text is taken as it is: nothing in
it means anything to gnuplot.]]},
  {name = "plot.line", call = "plot.line{series= | panels= | data=, ...}",
    summary = "Lines with points; intervals as bands or as error bars.",
    text = [[series: a list of {name =, x =, y =} with lists of the same length; NaN or false in
y is missing and leaves a gap. errors, or low and high: intervals. x: numbers, or names.
panels: a list of {title =, series =}.
data: rows of results instead: x, y = fields; by = the field (or a list) that makes the
series, panel = the one that makes panels. Each point is a mean over the rows with the
same x, its interval as interval says: "t" (Student's, the default), "bootstrap" (samples,
seed), "std" or "none"; confidence = 0.95.
logx, logy; xmin, xmax, ymin, ymax; bands (true or false; by default where x is a number);
palette = "distinct", or "sequential" for series that have an order; legend: its title.
See help "plot" for the other settings.]],
    example = [[plot.line{data = rows, x = "n", y = "accuracy", by = "transforms", logx = true,
  file = "samples.png"}]]},
  {name = "plot.bar", call = "plot.bar{categories=, series= | panels= | data=, ...}",
    summary = "Grouped bars, with error bars where there are intervals.",
    text = [[categories: names along the x axis. series: a list of {name =, values = {one per
category; NaN leaves a gap}, errors = | low =, high =}. data: rows of results, as for
plot.line, which also has the other settings (but no logx, xmin, xmax and bands).]],
    example = [[plot.bar{file = "a.png", categories = {"x", "y"},
  series = {{name = "s", values = {1, 2}, errors = {0.1, 0.2}}}}]]},
  {name = "plot.heat", call = "plot.heat{values= | pivot= | panels= | data=, ...}",
    summary = "A matrix as coloured cells with the numbers in them.",
    text = [[values: a list of rows of numbers (or cells of report.aggregate); missing ones (NaN,
false) are hatched. rows, columns: their names. pivot: what report.pivot gives. panels: a
list of {title =, values =, rows =, columns =}. data: rows of results, with x, y, value and
panel = fields; a cell is the mean. format = "%.2f": how numbers are written, "" for colours
only. low, high: the values of the ends of the palette. See help "plot" for the others.]],
    example = [[plot.heat{values = {{1, 0.5}, {0.9, 1}}, rows = {"a", "b"}, columns = {"c", "d"},
  format = "%.1f"}]]},
  {name = "plot.image_grid", call = "plot.image_grid{images=, ...}",
    summary = "Pictures in rows and columns with titles.",
    text = [[images: a list of rows, each a list of pictures of one size (uint8, or float32 in
[0, 1]; false leaves a place empty). rows, columns: lists of titles. size: the width of a
picture in units (about 80); margin = 2 pixels between them. Pictures are enlarged by whole
numbers, without smoothing. The data beside a figure is the sheet of all pictures,
NAME.sheet.png. See help "plot" for the other settings.]],
    example = [[plot.image_grid{images = {{a, b}, {c, d}}, rows = {"before", "after"}}]]},
}
