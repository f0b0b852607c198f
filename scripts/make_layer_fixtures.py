#!/usr/bin/env python3
"""Makes tests/fixtures/nn/layers.lua: what PyTorch computes for a table of
layers and losses, forward and backward, over shapes of all kinds. Run from
the repository root: scripts/make_layer_fixtures.py

Inputs, parameters and the gradients that come in are filled by fill() here
and in tests/nn/layers_table_spec.lua, so that only results need be kept: of
tensors with more than 24 elements 16 of them and two sums. Images are stored
N x H x W x C."""
import torch
import torch.nn as nn
import torch.nn.functional as F

PATH = "tests/fixtures/nn/layers.lua"
FEW, SAMPLES = 24, 16


def fill(shape, seed):
    """Numbers of -1 .. 1 by a formula in integers."""
    n = 1
    for size in shape:
        n *= size
    i = torch.arange(n, dtype=torch.int64)
    values = (i * i * 31 + i * 7919 + seed * 104729) % 2003
    return (values.double() / 1001.5 - 1).float().reshape(shape)


def to_torch(x):
    """N x H x W x C to N x C x H x W; other shapes as they are."""
    return x.permute(0, 3, 1, 2) if x.dim() == 4 else x


def to_invar(x):
    return x.permute(0, 2, 3, 1) if x.dim() == 4 else x


# ---- Lua text ---------------------------------------------------------------

def lua(value):
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return '"%s"' % value
    if isinstance(value, dict):
        return "{%s}" % ", ".join("%s = %s" % (k, lua(v))
                                  for k, v in value.items())
    if isinstance(value, (list, tuple)):
        return "{%s}" % ", ".join(lua(v) for v in value)
    return "%.7g" % value if isinstance(value, float) else str(value)


def digest(x):
    flat = x.detach().contiguous().double().reshape(-1)
    n = flat.numel()
    at = range(n)
    if n > FEW:
        at = [k * (n - 1) // (SAMPLES - 1) for k in range(SAMPLES)]
    weights = fill([n], 999).double()
    return {"shape": list(x.shape), "largest": flat.abs().max().item(),
            "mass": flat.abs().sum().item(), "sum": flat.sum().item(),
            "weighted": (flat * weights).sum().item(),
            "values": [flat[k].item() for k in at]}


# ---- layers -----------------------------------------------------------------

class Attention(nn.Module):
    def __init__(self, features, heads, scale=None, bias=True):
        super().__init__()
        self.heads, self.scale = heads, scale or (features / heads) ** -0.5
        for name in "qkvo":
            setattr(self, name, nn.Linear(features, features, bias=bias))

    def forward(self, x, context=None):
        context = x if context is None else context
        return self.o(attention(self.q(x), self.k(context), self.v(context),
                                self.heads, self.scale))


def attention(q, k, v, heads=1, scale=None):
    def split(x):
        return x.reshape(x.shape[0], x.shape[1], heads, -1).transpose(1, 2)
    scale = scale or (q.shape[2] / heads) ** -0.5
    scores = torch.matmul(split(q), split(k).transpose(2, 3)) * scale
    y = torch.matmul(scores.softmax(-1), split(v))
    return y.transpose(1, 2).reshape(q.shape)


class Function(nn.Module):
    def __init__(self, function):
        super().__init__()
        self.forward = function


def last(function):
    """Over the channels, which PyTorch has in dimension 1 of images."""
    return Function(lambda x: function(x, 1 if x.dim() == 4 else -1))


class Embedding(nn.Embedding):
    def forward(self, positions):
        return super().forward(positions.long() - 1)


def make(layer, arguments):
    o = arguments[-1] if arguments and isinstance(arguments[-1], dict) else {}
    a = [x for x in arguments if not isinstance(x, dict)]
    makers = {
        "conv2d": lambda: nn.Conv2d(*a, **o),
        "linear": lambda: nn.Linear(*a, **o),
        "batch_norm": lambda: nn.BatchNorm2d(a[0], eps=o.get("epsilon", 1e-5),
                                             momentum=o.get("momentum", 0.1)),
        "layer_norm": lambda: nn.LayerNorm(a[0], eps=o.get("epsilon", 1e-5)),
        "group_norm": lambda: nn.GroupNorm(*a, eps=o.get("epsilon", 1e-5)),
        "max_pool": lambda: nn.MaxPool2d(*a, **o),
        "avg_pool": lambda: nn.AvgPool2d(*a, **o),
        "global_avg_pool": lambda: Function(lambda x: x.mean((2, 3))),
        "flatten": lambda: Function(
            lambda x: to_invar(x).reshape(x.shape[0], -1)),
        "relu": nn.ReLU, "gelu": nn.GELU, "silu": nn.SiLU, "tanh": nn.Tanh,
        "sigmoid": nn.Sigmoid, "softmax": lambda: last(F.softmax),
        "log_softmax": lambda: last(F.log_softmax),
        "multi_head_attention": lambda: Attention(*a, **o),
        "embedding": lambda: Embedding(*a),
    }
    return makers[layer]()


def conv(shape, outputs, kernel, **options):
    return ("conv2d", [shape[3], outputs, kernel, options], [shape])


CONVOLUTIONS = [
    conv([2, 8, 8, 3], 4, 3, padding=1), conv([1, 5, 7, 3], 5, 1),
    conv([3, 9, 9, 4], 8, 3, stride=2, padding=1),
    conv([2, 8, 8, 16], 32, 1, stride=2, bias=False),
    conv([2, 11, 7, 3], 6, 5, padding=2),
    conv([1, 13, 13, 2], 3, 7, padding=3), conv([1, 7, 7, 3], 4, 7),
    conv([2, 15, 14, 3], 4, 7, stride=2, padding=3),
    conv([2, 9, 8, 4], 4, 5, stride=2, padding=2, bias=False),
    conv([1, 9, 9, 3], 4, 3, dilation=2, padding=2),
    conv([2, 12, 11, 2], 3, 3, dilation=3, stride=2, padding=1),
    conv([2, 7, 7, 8], 12, 3, groups=4, padding=1),
    conv([1, 6, 9, 6], 4, 1, groups=2),
    conv([2, 8, 8, 16], 16, 3, groups=16, padding=1, bias=False),
    conv([2, 9, 7, 5], 10, 3, groups=5, stride=2, padding=1),
    conv([1, 10, 10, 3], 3, 5, groups=3, dilation=2, padding=4),
    conv([1, 1, 1, 7], 3, 1), conv([1, 3, 3, 64], 33, 3),
    conv([2, 4, 4, 64], 64, 3, padding=1, bias=False),
    conv([2, 16, 16, 17], 20, 3, padding=1), conv([1, 4, 4, 3], 2, 2, stride=3),
    conv([2, 5, 5, 33], 65, 1, bias=False),
    conv([1, 32, 32, 3], 16, 3, padding=1, bias=False),
    conv([5, 2, 3, 4], 6, 3, padding=2),
]

LAYERS = CONVOLUTIONS + [
    ("linear", [7, 5], [[3, 7]]), ("linear", [1, 1], [[1, 1]]),
    ("linear", [33, 17, {"bias": False}], [[5, 33]]),
    ("linear", [12, 9], [[2, 3, 12]]), ("linear", [512, 10], [[1, 512]]),
    ("batch_norm", [5], [[3, 4, 5, 5]]),
    ("batch_norm", [16, {"epsilon": 0.01}], [[2, 7, 7, 16]]),
    ("batch_norm", [3], [[2, 1, 1, 3]]),
    ("batch_norm", [8], [[1, 9, 9, 8]], "eval"),
    ("layer_norm", [7], [[3, 7]]), ("layer_norm", [3], [[1, 3]]),
    ("layer_norm", [384, {"epsilon": 1e-6}], [[2, 5, 384]]),
    ("layer_norm", [65], [[1, 3, 65]]),
    ("group_norm", [2, 6], [[2, 5, 3, 6]]),
    ("group_norm", [1, 4], [[1, 4, 4, 4]]),
    ("group_norm", [8, 8, {"epsilon": 0.01}], [[3, 3, 5, 8]]),
    ("group_norm", [3, 12], [[4, 12]]), ("group_norm", [4, 4], [[3, 2, 1, 4]]),
    ("max_pool", [2], [[2, 6, 8, 3]]),
    ("max_pool", [3, {"stride": 2, "padding": 1}], [[1, 7, 9, 5]]),
    ("max_pool", [3, {"stride": 1}], [[2, 5, 5, 2]]),
    ("max_pool", [2], [[1, 5, 7, 17]]),
    ("avg_pool", [2], [[2, 6, 8, 3]]),
    ("avg_pool", [3, {"stride": 2, "padding": 1}], [[1, 7, 9, 5]]),
    ("avg_pool", [4], [[3, 4, 4, 20]]),
    ("global_avg_pool", [], [[2, 5, 3, 7]]),
    ("global_avg_pool", [], [[1, 1, 1, 2]]),
    ("flatten", [], [[2, 3, 2, 4]]),
    ("relu", [], [[2, 3, 3, 5]]), ("gelu", [], [[3, 37]]),
    ("silu", [], [[3, 37]]), ("tanh", [], [[3, 37]]),
    ("sigmoid", [], [[3, 37]]), ("softmax", [], [[3, 10]]),
    ("softmax", [], [[2, 3, 2, 5]]), ("log_softmax", [], [[4, 9]]),
    ("multi_head_attention", [8, 2], [[2, 5, 8]]),
    ("multi_head_attention", [12, 3, {"scale": 0.2, "bias": False}],
     [[1, 7, 12], [1, 4, 12]]),
    ("multi_head_attention", [64, 8], [[2, 65, 64]]),
    ("embedding", [6, 4], [[3, 5]]),
]

# ---- losses -----------------------------------------------------------------


def smooth(logits, labels, smoothing=0.0, reduction="mean"):
    target = labels.long() - 1 if labels.dtype == torch.int32 else labels
    return F.cross_entropy(logits, target, label_smoothing=smoothing,
                           reduction=reduction)


def binary(logits, targets, weight=1.0, reduction="mean"):
    return F.binary_cross_entropy_with_logits(
        logits, targets, pos_weight=torch.tensor(weight), reduction=reduction)


def divergence(log_q, p, log_target=False, reduction="batchmean"):
    return F.kl_div(log_q, p, log_target=log_target, reduction=reduction)


def similarity(x, y, dim=-1):
    """Invar's dimensions count from 1."""
    return F.cosine_similarity(x, y, dim - 1 if dim > 0 else dim)


def cosine(x, y, dim=-1, reduction="mean"):
    loss = 1 - similarity(x, y, dim)
    return {"mean": loss.mean(), "sum": loss.sum(), "none": loss}[reduction]


FUNCTIONS = {
    "cross_entropy": smooth, "bce": binary, "kl": divergence, "cosine": cosine,
    "cosine_similarity": similarity,
    "mse": F.mse_loss, "l1": F.l1_loss, "attention": attention,
    "huber": F.huber_loss,
}

# Kinds of inputs: numbers of -1 .. 1 unless named.
LOSSES = [
    ("cross_entropy", [[4, 7], [4]], ["numbers", "labels"], {}),
    ("cross_entropy", [[1, 1], [1]], ["numbers", "labels"], {}),
    ("cross_entropy", [[5, 30], [5]], ["numbers", "labels"],
     {"smoothing": 0.1}),
    ("cross_entropy", [[3, 4], [3]], ["numbers", "labels"],
     {"reduction": "none", "smoothing": 0.3}),
    ("cross_entropy", [[3, 4], [3]], ["numbers", "labels"],
     {"reduction": "sum"}),
    ("cross_entropy", [[4, 7], [4, 7]], ["numbers", "probabilities"], {}),
    ("cross_entropy", [[4, 7], [4, 7]], ["numbers", "probabilities"],
     {"reduction": "none", "smoothing": 0.2}),
    ("mse", [[3, 5], [3, 5]], [], {}),
    ("mse", [[3, 5], [3, 5]], [], {"reduction": "sum"}),
    ("mse", [[3, 2, 5], [3, 2, 5]], [], {"reduction": "none"}),
    ("l1", [[3, 5], [3, 5]], [], {}),
    ("huber", [[3, 5], [3, 5]], [], {}),
    ("huber", [[3, 9], [3, 9]], [], {"delta": 0.3, "reduction": "sum"}),
    ("bce", [[4, 6], [4, 6]], ["numbers", "unit"], {}),
    ("bce", [[4, 6], [4, 6]], ["numbers", "unit"],
     {"weight": 3.0, "reduction": "none"}),
    ("kl", [[3, 6], [3, 6]], ["numbers", "probabilities"], {}),
    ("kl", [[3, 6], [3, 6]], [], {"log_target": True, "reduction": "mean"}),
    ("cosine_similarity", [[4, 9], [4, 9]], [], {}),
    ("cosine_similarity", [[4, 3, 2], [4, 3, 2]], [], {"dim": 2}),
    ("cosine", [[4, 9], [4, 9]], [], {}),
    ("attention", [[2, 5, 8], [2, 3, 8], [2, 3, 8]], [], {"heads": 4}),
    ("attention", [[1, 70, 6], [1, 530, 6], [1, 530, 6]], [], {"scale": 2.0}),
]


def make_input(shape, kind, seed, others):
    if kind == "labels":
        classes = others[0][1]
        return (torch.arange(shape[0]) * 3 % classes + 1).int()
    x = fill(shape, seed)
    if kind == "probabilities":
        x = x + 1.5
        return x / x.sum(-1, keepdim=True)
    return (x + 1) / 2 if kind == "unit" else x


# ---- cases ------------------------------------------------------------------

def run(function, inputs, results):
    """Adds the output and the gradients of the inputs to the results."""
    leaves = []
    for x in inputs:
        real = x.is_floating_point()
        leaves.append(x.clone().requires_grad_() if real else x)
    y = to_invar(function(*[to_torch(x) for x in leaves]))
    y.backward(fill(list(y.shape), 77))
    results["output"] = digest(y)
    for i, leaf in enumerate(leaves):
        if leaf.is_floating_point():
            results["input_%d" % (i + 1)] = digest(leaf.grad)


def layer_case(layer, arguments, shapes, mode="train"):
    module = make(layer, arguments)
    module.train(mode == "train")
    state = {name: t for name, t in module.state_dict().items()
             if not name.endswith("num_batches_tracked")}
    for i, name in enumerate(sorted(state)):
        value = fill(list(state[name].shape), 100 + i)
        state[name].copy_(value + 1.5 if name == "running_var" else value)
    inputs = [fill(shape, i + 1) for i, shape in enumerate(shapes)]
    if layer == "embedding":
        n = shapes[0][0] * shapes[0][1]
        inputs = [(torch.arange(n) * 5 % 6 + 1).int().reshape(shapes[0])]
    results = {}
    run(module, inputs, results)
    for name, parameter in module.named_parameters():
        results['"%s"' % name] = digest(parameter.grad)
    return {"layer": layer, "arguments": arguments, "mode": mode,
            "shapes": shapes, "results": results}


def loss_case(name, shapes, kinds, options):
    inputs = [make_input(shape, kinds[i] if kinds else "numbers", i + 1, shapes)
              for i, shape in enumerate(shapes)]
    results = {}
    run(lambda *x: FUNCTIONS[name](*x, **options), inputs, results)
    return {"call": name, "options": options, "kinds": kinds, "shapes": shapes,
            "results": results}


def text(case):
    results = case.pop("results")
    lines = ["  {%s, results = {" % lua(case)[1:-1]]
    for name, value in results.items():
        key = "[%s]" % name if name.startswith('"') else name
        lines.append("    %s = %s," % (key, lua(value)))
    return "\n".join(lines + ["  }},"])


def main():
    torch.manual_seed(0)
    cases = [layer_case(*case) for case in LAYERS]
    cases += [loss_case(*case) for case in LOSSES]
    with open(PATH, "w") as out:
        out.write("-- Made by scripts/make_layer_fixtures.py.\nreturn {\n")
        out.write("\n".join(text(case) for case in cases) + "\n}\n")


if __name__ == "__main__":
    main()
