return {
  {name = "models", call = 'local models = require "invar".models',
    summary = "Ready-made networks for 32 x 32 pictures.",
    text = [[models.create(name, options); models.names() lists them. Parameter names, shapes and
initial distributions are PyTorch's.]]},
  {name = "models.create",
   call = "models.create(name[, options])",
   summary = "A network by name.",
   text = [[
In training mode. Options: classes (10), seed (1): parameter NAME is drawn from
rng.new(seed):at(NAME); precision ("float32"): "bf16" for mixed precision (see
nn.module). Input: N x 32 x 32 x 3.
resnet-8              three stages of one block, widths 16-32-64
resnet-18, resnet-34  four stages, widths 64-128-256-512 (He et al., 2015)
mlp                   options hidden ({256, 256}), size (32: of the images)
]],
   example = [[net = models.create("resnet-8", {classes = 30, seed = 3})]]},
  {name = "models.names",
   call = "models.names()",
   summary = "The names of all models, sorted.",
   text = [[

]],
   example = [[models.names()]]},
}
