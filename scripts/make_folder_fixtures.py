#!/usr/bin/python3
"""Makes tests/fixtures/data/folder and folder_*.npy: a folder of pictures, one
subfolder per class, and what torchvision's ImageFolder makes of it at 16 x 16
with Resize(16), CenterCrop(16) (crop), Resize((16, 16)) (squash) and Pillow's
ImageOps.pad (pad). The goldens' labels count from 0."""
import os
import shutil

import numpy as np
from PIL import Image, ImageOps
from torchvision import transforms
from torchvision.datasets import ImageFolder

HERE = os.path.dirname(os.path.abspath(__file__))
FIXTURES = os.path.join(HERE, "..", "tests", "fixtures", "data")
FOLDER = os.path.join(FIXTURES, "folder")
SIZE = 16

# name, mode, width, height
PICTURES = [
    ("Zebra/wide.jpg", "RGB", 47, 23),
    ("Zebra/gray.jpeg", "L", 21, 40),
    ("ant/alpha.png", "RGBA", 20, 31),
    ("ant/B.PNG", "RGB", 33, 17),
    ("ant/a/deep.png", "L", 18, 19),
    ("ant/long.png", "RGB", 61, 3),
    ("bee 2/small.ppm", "RGB", 5, 9),
    ("bee 2/same.ppm", "RGB", 16, 16),
]


def picture(rng, mode, width, height):
    channels = {"L": 1, "RGB": 3, "RGBA": 4}[mode]
    y, x = np.mgrid[0:height, 0:width]
    slopes = np.stack([(x * 7 + y * (3 + 2 * c)) % 256 for c in range(channels)], -1)
    noise = rng.integers(0, 60, (height, width, channels))
    pixels = np.clip(slopes + noise, 0, 255).astype(np.uint8)
    return Image.fromarray(pixels[..., 0] if channels == 1 else pixels, mode)


def main():
    rng = np.random.default_rng(4)
    shutil.rmtree(FOLDER, ignore_errors=True)
    for name, mode, width, height in PICTURES:
        path = os.path.join(FOLDER, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        picture(rng, mode, width, height).save(path)
    rules = {
        "crop": transforms.Compose([transforms.Resize(SIZE), transforms.CenterCrop(SIZE)]),
        "squash": transforms.Resize((SIZE, SIZE)),
        "pad": lambda image: ImageOps.pad(image, (SIZE, SIZE), Image.Resampling.BILINEAR),
    }
    for rule, transform in rules.items():
        samples = ImageFolder(FOLDER, transform)
        pixels = np.stack([np.asarray(image) for image, _ in samples])
        np.save(os.path.join(FIXTURES, f"folder_{rule}.npy"), pixels)
    labels = np.array([label for _, label in samples.samples], np.int32)
    np.save(os.path.join(FIXTURES, "folder_labels.npy"), labels)
    print(samples.classes, [os.path.relpath(p, FOLDER) for p, _ in samples.samples])


main()
