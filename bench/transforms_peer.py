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
import random
import sys
import time
from dataclasses import dataclass

import numpy
import torch
import torchvision.transforms as T
import torchvision.transforms.functional as F
from PIL import Image
from torch.utils.data import DataLoader, Dataset

SIZE, SHARE, BATCH = 32, 0.7, 512
seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 1.0
torch.set_num_threads(1)


# ---- transformations ---------------------------------------------------------


@dataclass
class Placed:
    """An image and the box of the object in it: scale changes the box, all
    others of the benchmark hand it on."""
    image: Image.Image
    x: int
    y: int
    width: int
    height: int


def clear(width, height):
    return Image.new("RGBA", (width, height), (0, 0, 0, 0))


def scale_by(placed, factor):
    width, height = placed.image.size
    new_width, new_height = round(width * factor), round(height * factor)
    x, y = (width - new_width) // 2, (height - new_height) // 2
    canvas = clear(width, height)
    small = placed.image.resize((new_width, new_height)).convert("RGBA")
    canvas.paste(small, box=(x, y))
    return Placed(canvas, placed.x + x, placed.y + y,
                  round(placed.width * factor), round(placed.height * factor))


def scale(placed):
    return scale_by(placed, 0.4 + 0.6 * torch.rand(1).item())


def handing_on(change):
    return lambda p: Placed(change(p.image), p.x, p.y, p.width, p.height)


def keeping_alpha(change):
    """The colours alone are changed and then pasted with the image's alpha."""
    def changed(image):
        canvas = clear(*image.size)
        canvas.paste(change(image.convert("RGB")), box=(0, 0), mask=image)
        return canvas
    return changed


def add_noise(image):
    if torch.rand(1).item() >= 0.5:
        return image
    width, height = image.size
    field = torch.clip(torch.randn(3, height, width), 0, 1)
    return F.to_pil_image(F.to_tensor(image) + field)


def pixelate(image):
    if torch.rand(1).item() >= 0.5:
        return image
    width, height = image.size
    small = image.resize((int(width * 0.3), int(height * 0.3)), Image.BOX)
    return small.resize((width, height), Image.NEAREST)


TRANSFORMS = {
    "scale": scale,
    "rotate": handing_on(T.RandomRotation((0, 360))),
    "shear": handing_on(T.RandomAffine(0, shear=(-50, 50, -50, 50))),
    "hue": handing_on(keeping_alpha(T.ColorJitter(hue=0.5))),
    "posterize": handing_on(keeping_alpha(T.RandomPosterize(bits=1))),
    "blur": handing_on(T.GaussianBlur(7, sigma=(0.1, 1.5))),
    "noise": handing_on(keeping_alpha(add_noise)),
    "pixelate": handing_on(pixelate),
    "elastic": handing_on(T.RandomApply(
        torch.nn.ModuleList([T.ElasticTransform(alpha=150.0)]), p=0.5)),
    "contrast": handing_on(keeping_alpha(T.ColorJitter(contrast=1.0))),
}

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
        self.change = T.Compose([TRANSFORMS[name] for name in names])
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
