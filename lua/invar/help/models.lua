return {
  {name = "models", call = 'local models = require "invar".models',
    summary = "Ready-made networks for 32 x 32 pictures.",
    text = [[models.create(name, options); models.names() lists them. Parameter names, shapes and
initial distributions are PyTorch's.]]},
  {name = "models.create",
   call = "models.create(name[, options])",
   summary = "A network by name.",
   text = [[
In training mode. Options: classes (10), channels (3; 1 for gray pictures), seed (1):
parameter NAME is drawn from rng.new(seed):at(NAME); precision ("float32"): "bf16"
for mixed precision (see nn.module). Input: N x 32 x 32 x channels; resnets also take
other heights and widths.
                            parameters   penultimate
resnet-8 (16-32-64)             78,042           64   He et al., 2015
resnet-18                   11,173,962          512
resnet-34                   21,282,122          512
resnet-50 (bottlenecks)     23,520,842         2048
densenet-121 (growth 12)     1,000,618         6144   Huang et al., 2017
vgg-11 (batch norm)          9,231,114          512   Simonyan, Zisserman, 2015
vit (patches of 4 x 4)      12,470,026          384   Dosovitskiy et al., 2021
mlp                            855,050          256   hidden ({256, 256}), size (32)
]],
   example = [[net = models.create("resnet-8", {classes = 30, seed = 3})]]},
  {name = "models.names",
   call = "models.names()",
   summary = "The names of all models, sorted.",
   text = [[

]],
   example = [[models.names()]]},
}
