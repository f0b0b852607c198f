#!/usr/bin/python3
"""PyTorch's side of bench/experiment.lua: carries out the steps of a plan
(pretrain, probe, finetune, invariance on Transforms-2D), as one would write them
straight in PyTorch with Pillow and torchvision data.

  bench/experiment_peer.py PLAN PICTURES cached|straight float32|bf16 THREADS

PLAN holds a step in a line: {"key":, "name":, "settings":}, where {"$step": KEY}
stands for an earlier step; PICTURES has the folders objects and backgrounds.
Prints a line of JSON for each step: key, seconds (without those of making
data), data (those), row.

cached    each dataset is made once, by a DataLoader of THREADS workers, and kept
          as a tensor of bytes, from which batches are then taken; steps that
          use the same data share it
straight  each epoch reads the dataset through such a DataLoader, whose workers
          make the samples anew, as the published code does; only the features
          of frozen networks are kept
In both images are in channels_last, Adam works on all tensors at once (foreach),
and nothing waits for a number but at the end of an epoch. bf16 is autocast."""
import copy
import json
import os
import sys
import time

import numpy
import torch
import torch.nn as nn
import torch.nn.functional as F
from PIL import Image
from torch.utils.data import DataLoader, Dataset

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(HERE, "support"), os.path.join(HERE, "..", "scripts")]
import torch_networks  # noqa: E402
from authors_transforms import SHARE, Placed, compose, scale_by  # noqa: E402

SIZE = 32
SPLITS = {"train": 0, "test": 1}
EVALUATED = 512  # batch of a frozen network
TWIN = 1000003   # added to the seed of transformations

plan_file, folder, way, precision = sys.argv[1:5]
threads = int(sys.argv[5])
torch.set_num_threads(threads)
HALF = precision == "bf16"


def autocast(half=HALF):
    return torch.autocast("cpu", dtype=torch.bfloat16, enabled=half)


# ---- data ----------------------------------------------------------------------


def read_pictures(kind, mode):
    place = os.path.join(folder, kind)
    return [Image.open(os.path.join(place, name)).convert(mode)
            .resize((SIZE, SIZE), Image.BILINEAR)
            for name in sorted(os.listdir(place))]


OBJECTS = [scale_by(Placed(image, 0, 0, SIZE, SIZE), SHARE)
           for image in read_pictures("objects", "RGBA")]
BACKGROUNDS = read_pictures("backgrounds", "RGB")


class Transforms2D(Dataset):
    """n fixed samples: SIZE x SIZE x 3 bytes and the number of the class. Twins
    differ in nothing but the draws of their transformations."""

    def __init__(self, classes, transforms, n, seed, split, twin=0):
        draw = numpy.random.default_rng((seed, SPLITS[split]))
        self.classes = classes
        self.labels = draw.integers(len(classes), size=n)
        self.backgrounds = draw.integers(len(BACKGROUNDS), size=n)
        self.seeds = numpy.random.default_rng((seed + twin, SPLITS[split], 1)) \
            .integers(1 << 62, size=n)
        self.change = compose(transforms)

    def __len__(self):
        return len(self.labels)

    def __getitem__(self, index):
        label = int(self.labels[index])
        torch.manual_seed(int(self.seeds[index]))
        placed = self.change(OBJECTS[self.classes[label] - 1])
        canvas = BACKGROUNDS[self.backgrounds[index]].copy()
        canvas.paste(placed.image, box=(0, 0), mask=placed.image)
        return torch.from_numpy(numpy.array(canvas)), label


def loader(dataset, batch, shuffle):
    return DataLoader(dataset, batch, shuffle, num_workers=threads,
                      persistent_workers=True)


def values(pixels):
    """N x 3 x 32 x 32 in -1 .. 1, in channels_last, of bytes N x 32 x 32 x 3."""
    return pixels.permute(0, 3, 1, 2).float().sub_(127.5).div_(127.5)


class Kept:
    """A dataset as one tensor."""

    def __init__(self, dataset):
        batches = list(loader(dataset, EVALUATED, False))
        self.pixels = torch.cat([pixels for pixels, _ in batches])
        self.labels = torch.cat([labels for _, labels in batches])

    def epochs(self, batch, count, shuffle=True):
        n = len(self.labels)
        for _ in range(count):
            order = torch.randperm(n) if shuffle else torch.arange(n)
            yield ((values(self.pixels[picks]), self.labels[picks])
                   for picks in order.split(batch))


class Streamed:
    """A dataset that is made anew in each epoch."""

    def __init__(self, dataset):
        self.dataset = dataset

    def epochs(self, batch, count, shuffle=True):
        batches = loader(self.dataset, batch, shuffle)
        for _ in range(count):
            yield ((values(pixels), labels) for pixels, labels in batches)


made, data_seconds = {}, 0.0


def data_of(task, split="train", n=None, twin=0):
    global data_seconds
    known = {"classes", "transforms", "n", "seed"}
    if set(task) != known:
        sys.exit("tasks of classes, transforms, n and seed expected, not %s"
                 % ", ".join(sorted(task)))
    about = dict(task, split=split, n=n or task["n"], twin=twin)
    if way == "straight":
        return Streamed(Transforms2D(**about))
    key = json.dumps(about, sort_keys=True)
    if key not in made:
        start = time.perf_counter()
        made[key] = Kept(Transforms2D(**about))
        data_seconds += time.perf_counter() - start
    return made[key]


# ---- training --------------------------------------------------------------------


def rate_factor(schedule, total):
    kind = (schedule or ["constant"])[0]
    if kind == "constant":
        return lambda step: 1.0
    if kind == "linear":
        return lambda step: 1.0 - step / total
    sys.exit("schedule constant or linear expected, not " + kind)


def fit(net, data, n, epochs, batch, lr, schedule=None, half=HALF):
    """Adam on cross-entropy; the accuracy and the loss in the last epoch."""
    optimizer = torch.optim.Adam(net.parameters(), lr, foreach=True)
    factor = rate_factor(schedule, epochs * -(-n // batch))
    net.train()
    step, loss_sum, right = 0, torch.zeros(()), torch.zeros(())
    for batches in data.epochs(batch, epochs):
        loss_sum, right = torch.zeros(()), torch.zeros(())
        for x, y in batches:
            optimizer.param_groups[0]["lr"] = lr * factor(step)
            optimizer.zero_grad(set_to_none=True)
            with autocast(half):
                logits = net(x)
                loss = F.cross_entropy(logits, y)
            loss.backward()
            optimizer.step()
            loss_sum += loss.detach() * len(y)
            right += (logits.detach().argmax(1) == y).sum()
            step += 1
    return right.item() / n, loss_sum.item() / n


def logits_of(net, data):
    """The outputs of a network in evaluation mode, float32, and the labels."""
    net.eval()
    outputs, labels = [], []
    with torch.no_grad(), autocast():
        for batches in data.epochs(EVALUATED, 1, shuffle=False):
            for x, y in batches:
                outputs.append(net(x).flatten(1).float())
                labels.append(y)
    return torch.cat(outputs), torch.cat(labels)


def macro_accuracy(logits, labels):
    right = (logits.argmax(1) == labels).float()
    return numpy.mean([right[labels == c].mean().item() for c in labels.unique()])


# ---- networks --------------------------------------------------------------------


def head_of(net):
    """The last linear layer: the module that has it, its name there, itself."""
    name = [name for name, part in net.named_modules()
            if isinstance(part, nn.Linear)][-1]
    above, _, own = name.rpartition(".")
    parent = net.get_submodule(above)
    return parent, own, getattr(parent, own)


def body_of(net):
    body = copy.deepcopy(net)
    parent, own, _ = head_of(body)
    setattr(parent, own, nn.Identity())
    return body


def build(name, classes):
    net = torch_networks.build(name, classes)
    return net.to(memory_format=torch.channels_last)


class Rows:
    """Vectors and labels, as a dataset that fit() takes."""

    def __init__(self, features, labels):
        self.features, self.labels = features, labels

    def epochs(self, batch, count):
        for _ in range(count):
            yield ((self.features[picks], self.labels[picks])
                   for picks in torch.randperm(len(self.labels)).split(batch))


def train_head(net, settings, data, test):
    """A linear layer on the frozen body, float32: itself, its accuracy, its
    loss."""
    if settings["solver"] != "adam":
        sys.exit("probe.solver: adam expected")
    body = body_of(net)
    features, labels = logits_of(body, data)
    head = nn.Linear(features.shape[1], head_of(net)[2].out_features)
    _, loss = fit(head, Rows(features, labels), len(labels), settings["epochs"],
                  settings["batch"], settings["lr"], half=False)
    rows, wanted = logits_of(body, test)
    with torch.no_grad():
        return head, macro_accuracy(head(rows), wanted), loss


# ---- steps -----------------------------------------------------------------------

networks = {}


def pretrain(key, s):
    task, recipe = s["task"], s["fit"]
    kind, rate = recipe["optimizer"]["1"], recipe["optimizer"]["lr"]
    if kind != "adam":
        sys.exit("fit.optimizer: adam expected")
    net = networks[key] = build(s["model"], len(task["classes"]))
    accuracy, loss = fit(net, data_of(task), task["n"], recipe["epochs"],
                         recipe["batch"], rate, recipe.get("schedule"))
    return {"train_accuracy": accuracy, "train_loss": loss, "accuracy":
            macro_accuracy(*logits_of(net, data_of(task, "test", s["test"])))}


def adapted(s):
    """A copy of the pretrained network, with a head of the right size."""
    net = copy.deepcopy(networks[s["pretrained"]["$step"]])
    parent, own, head = head_of(net)
    setattr(parent, own, nn.Linear(head.in_features, len(s["task"]["classes"])))
    return net


def probe(_, s):
    head, accuracy, loss = train_head(adapted(s), s["probe"], data_of(s["task"]),
                                      data_of(s["task"], "test", s["test"]))
    return {"accuracy": accuracy, "train_loss": loss}


def finetune(_, s):
    net, task, recipe = adapted(s), s["task"], s["finetune"]
    data, test = data_of(task), data_of(task, "test", s["test"])
    head, accuracy, _ = train_head(net, s["probe"], data, test)
    parent, own, _ = head_of(net)
    setattr(parent, own, head)
    fit(net, data, task["n"], recipe["epochs"], recipe["batch"], recipe["lr"],
        recipe["schedule"])
    return {"probe_accuracy": accuracy,
            "accuracy": macro_accuracy(*logits_of(net, test))}


def invariance(_, s):
    body = body_of(networks[s["pretrained"]["$step"]])
    one, two = (logits_of(body, data_of(s["task"], "test", s["test"], twin))[0]
                for twin in (0, TWIN))
    between = across = 0.0
    for x, y in zip(one.split(2048), two.split(2048)):
        between += (x - y).norm(dim=1).sum().item()
        across += (x - x[torch.randperm(len(x))]).norm(dim=1).sum().item()
    return {"distance": between / across}


STEPS = {"pretrain": pretrain, "probe": probe, "finetune": finetune,
         "invariance": invariance}

for line in open(plan_file):
    step = json.loads(line)
    start, before = time.perf_counter(), data_seconds
    torch.manual_seed(step["settings"]["seed"])
    row = STEPS[step["name"]](step["key"], step["settings"])
    data = data_seconds - before
    print(json.dumps({"key": step["key"], "data": data, "row": row,
                      "seconds": time.perf_counter() - start - data}), flush=True)
