return {
  {name = "plot", call = 'local plot = require "invar".plot',
    summary = "Figures by gnuplot: PNG, SVG or PDF, by the file's ending.",
    text = [[The gnuplot script with the data in it is kept beside each figure (NAME.gp). Common
settings: file (required), series (required), title, xlabel, ylabel, width (900) and
height (480) in pixels, ymin, ymax.]]},
  {name = "plot.bars", call = "plot.bars{file=, categories=, series=, ...}",
    summary = "Grouped bars, with error bars where given.",
    text = [[categories: names along the x axis. series: a list of {name =, values = {one per
category; nan leaves a gap}, errors = {...}}. See help "plot" for the other
settings.]],
    example = [[plot.bars{file = "a.png", categories = {"x", "y"},
  series = {{name = "s", values = {1, 2}}}}]]},
  {name = "plot.lines", call = "plot.lines{file=, series=, ...}",
    summary = "Lines with points, and error bars where given.",
    text = [[series: a list of {name =, x = {...}, y = {...}, errors = {...}}. logx: a
logarithmic x axis. See help "plot" for the other settings.]],
    example = [[plot.lines{file = "a.svg", series = {{name = "s", x = {1, 2}, y = {3, 4}}}}]]},
}
