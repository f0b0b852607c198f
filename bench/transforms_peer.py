#!/usr/bin/python3
"""The same samples as bench/data.lua, made as the authors of Transforms-2D make
them (https://github.com/tillspeicher/representation-invariance-transfer): one
sample per __getitem__, of Pillow images, changed by torchvision's random
transformations, then ToTensor and Normalize; a DataLoader in the same process
stacks them into shuffled batches of 512.

  bench/transforms_peer.py [seconds per list]

On one core: num_workers is 0 and torch has one thread. Objects and backgrounds
are prepared once, outside the clock, as in Invar. What costs time in the
published code and is kept: torch's random state is exchanged around the
transformations, so that their draws are the dataset's own; the object is
resized to its own size once more before it is pasted; the background is copied
twice. One thing is left out, in the peer's favour: object and background are
drawn by a hash of up to a million bytes there, of eight bytes here."""
import contextlib
import hashlib
import os
import random
import sys
import time
from dataclasses import dataclass

import numpy
import torch
import torchvision.transforms as T
from PIL import Image
from torch.utils.data import DataLoader, Dataset

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "support"))
from authors_transforms import (  # noqa: E402
    SHARE, Placed, compose, scale_by)

SIZE, BATCH = 32, 512
seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 1.0
torch.set_num_threads(1)


LISTS = [[], ["rotate"], ["hue"], ["blur"], ["elastic"],
         ["rotate", "hue", "blur"], ["scale", "contrast", "noise"],
         ["shear", "posterize", "pixelate"]]


# ---- datasets ----------------------------------------------------------------


def pictures(count, channels, mode):
    """Smooth random pictures, prepared as the pipeline wants them."""
    draw = numpy.random.default_rng(1)
    made = []
    for _ in range(count):
        coarse = draw.integers(0, 256, (8, 8, channels), dtype=numpy.uint8)
        picture = Image.fromarray(coarse, mode).resize((SIZE, SIZE), Image.BILINEAR)
        made.append(Placed(picture, 0, 0, SIZE, SIZE))
    return made


def drawn(index, count, salt):
    """Which of `count` belongs to sample `index`."""
    text = (index + salt).to_bytes(8, "big")
    digest = hashlib.sha256(text, usedforsecurity=False).digest()
    return int.from_bytes(digest, "big") % count


@contextlib.contextmanager
def random_state_of(generator):
    """Draws on torch's global state come from `generator` and advance it."""
    before = torch.random.get_rng_state()
    torch.random.set_rng_state(generator.get_state())
    try:
        yield
    finally:
        generator.set_state(torch.random.get_rng_state())
        torch.random.set_rng_state(before)


@dataclass
class Sample:
    input: object
    target: torch.Tensor


class Objects(Dataset):
    def __init__(self, names):
        self.images = [[scale_by(p, SHARE)] for p in pictures(61, 4, "RGBA")]
        self.change = compose(names)
        self.generator = torch.Generator().manual_seed(1)
        self.salt = random.randrange(10 ** 6)

    def __getitem__(self, index):
        label = drawn(index, len(self.images), self.salt)
        prototypes = self.images[label]
        chosen = prototypes[drawn(index, len(prototypes), self.salt + label)]
        with random_state_of(self.generator):
            changed = self.change(chosen)
        return Sample(changed.image, torch.tensor(label))


class Backgrounds(Dataset):
    def __init__(self):
        self.images = pictures(867, 3, "RGB")

    def __getitem__(self, index):
        which = drawn(index, len(self.images), 12)
        return Sample(self.images[which].image.copy(), torch.tensor(which))


class Composite(Dataset):
    def __init__(self, names, samples):
        self.objects, self.backgrounds = Objects(names), Backgrounds()
        self.samples = samples
        self.to_values = T.Compose([T.ToTensor(),
                                    T.Normalize((0.5,) * 3, (0.5,) * 3)])

    def __len__(self):
        return self.samples

    def __getitem__(self, index):
        canvas = self.backgrounds[index].input.copy()
        found = self.objects[index]
        placed = found.input.copy().resize((SIZE, SIZE), Image.BILINEAR)
        canvas.paste(placed, box=(0, 0), mask=placed)
        return Sample(self.to_values(canvas).float(), found.target)


def collate(samples):
    return Sample(torch.stack([s.input for s in samples]),
                  torch.tensor([s.target for s in samples], dtype=torch.long))


# ---- the clock ---------------------------------------------------------------


def rate(names):
    loader = DataLoader(Composite(names, 100 * BATCH), batch_size=BATCH,
                        shuffle=True, num_workers=0, collate_fn=collate)
    count, start = 0, time.perf_counter()
    while True:
        for batch in loader:
            count += len(batch.input)
            passed = time.perf_counter() - start
            if passed >= seconds:
                return count / passed


for listed in LISTS:
    print(f"{'+'.join(listed) or 'none'} {rate(listed):.0f}", flush=True)
