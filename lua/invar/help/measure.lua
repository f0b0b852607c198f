return {
  {name = "measure", call = 'local measure = require "invar".measure',
    summary = "How invariant a representation is.",
    text = [[The measure of Speicher, Nanda and Gummadi (TMLR 2024) on twin datasets, and
centred kernel alignment.]]},
  {name = "measure.invariance", call = "measure.invariance(net, set, twin[, options])",
    summary = "How much a representation differs between twins, relative to random pairs.",
    text = [[twin: ds:twin(seed), the same samples with other draws of a transformation.
Options: metric ("l2", as in the paper's tables: 0 is invariant, 1 as far apart as
random pairs; "cos", "dotprod": similarities with the same normalisation; "cka": not
normalised, 1 is invariant) and layer ("penultimate"), names or lists of names: with a
list the result is a table by name, with two lists {metric = {layer = value}}, all from
one pass; batch (2048, within which random pairs are drawn; the representations of so
many samples are in memory at a time), seed (1, of the random pairs), precision (as
train.features). value = mean m(r1[i], r2[i]) / mean m(r1[i], r1[p(i)])
with p a random permutation within the batch.]],
    example = [[measure.invariance(net, ds, ds:twin(99, "rotate"), {metric = {"l2", "cka"},
  layer = {"layer1", "penultimate"}}).l2.layer1]]},
  {name = "measure.cka", call = "measure.cka(x, y[, {batch = N}])",
    summary = "Linear centred kernel alignment of two representations.",
    text = [[x: N x D, y: N x E (more dimensions are flattened), N >= 4, row i of both from the
same sample. Unbiased HSIC (Song et al. 2012), summed over batches (Nguyen, Raghu,
Kornblith 2021); computed in float64. 1: equal up to rotation and scale; near 0:
unrelated.]],
    example = [[measure.cka(train.features(a, ds), train.features(b, ds))]]},
}
