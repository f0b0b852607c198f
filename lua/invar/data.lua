--- Datasets: what there is of them, from the files of data/. The help records
-- (lua/invar/help/data.lua) describe the public functions.
local core = require "invar.core.data"
local files = require "invar.data.files"
local looks = require "invar.data.show"
local pack = require "invar.data.pack"
require "invar.tensor" -- batches are tensors
require "invar.data.choose" -- methods of all datasets
require "invar.data.derive"
require "invar.data.describe"
require "invar.data.transformed"
require "invar.data.sources" -- objects and backgrounds of datasets

return {
  objects = core.objects,
  backgrounds = core.backgrounds,
  transforms2d = require "invar.data.transforms2d",
  tensors = require "invar.data.tensors",
  cifar10 = files.cifar10,
  cifar100 = files.cifar100,
  mnist = files.mnist,
  fashion_mnist = files.fashion_mnist,
  idx = files.idx,
  npy = files.npy,
  folder = require "invar.data.folder",
  series = require "invar.data.series",
  cache = core.cache,
  clear_cache = core.clear_cache,
  build_pack = pack.build,
  check_pack = pack.check,
  preview = looks.preview,
  show = looks.show,
}
