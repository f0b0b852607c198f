#!/usr/bin/python3
"""Makes the fixtures of tests/data/transformed_spec.lua and placement_spec.lua in
tests/fixtures/data: whole pictures transformed by Pillow and torchvision as the
released code does with CIFAR (RGB pictures; what has become RGBA is converted to
RGB in the end), and Protocol 2's placement of an object. Needs Debian's
python3-pil, -numpy, -torchvision.

    scripts/make_carried_fixtures.py
"""
import os

import numpy as np
import torch
import torchvision.transforms.functional as F
from PIL import Image

folder = os.path.join(os.path.dirname(__file__), "../tests/fixtures/data/")
draw = np.random.RandomState(20240708)
torch.set_num_threads(1)


def fnv(pixels):
    h = 0x811C9DC5
    for byte in np.ascontiguousarray(pixels, dtype=np.uint8).tobytes():
        h = ((h ^ byte) * 0x01000193) & 0xFFFFFFFF
    return h


def smooth(height, width, channels):
    """Coarse noise enlarged, with some fine noise: like a photograph."""
    coarse = draw.randint(0, 256, (5, 6, channels)).astype(np.uint8)
    planes = [Image.fromarray(coarse[:, :, c]).resize((width, height), Image.BICUBIC)
              for c in range(channels)]
    fine = draw.randint(-12, 13, (height, width, channels))
    pixels = np.stack([np.asarray(plane) for plane in planes], axis=2) + fine
    return np.clip(pixels, 0, 255).astype(np.uint8)


def masked(change):
    """RGB as it is; RGBA by its colours, pasted with its alpha."""
    def run(image, *parameters):
        if image.mode == "RGB":
            return change(image, *parameters)
        out = Image.new("RGBA", image.size, (0, 0, 0, 0))
        out.paste(change(image.convert("RGB"), *parameters), (0, 0), image)
        return out
    return run


def scale(image, factor):
    width, height = image.size
    new = round(width * factor), round(height * factor)
    out = Image.new("RGBA", image.size, (0, 0, 0, 0))
    out.paste(image.resize(new, Image.BICUBIC).convert("RGBA"),
              ((width - new[0]) // 2, (height - new[1]) // 2))
    return out


def translate(image, dx, dy):
    out = Image.new("RGBA", image.size, (0, 0, 0, 0))
    out.paste(image, (dx, dy))
    return out


def erase(image, x, y):
    """The square is 14 on 32 pixels; elsewhere the same share of the shorter side."""
    out, side = image.convert("RGBA"), int(min(image.size) * 14 / 32 + 0.5)
    out.paste(Image.new("RGBA", (side, side), (0, 0, 0, 0)), (x, y))
    return out


def pixelate(image):
    small = int(0.3 * image.width), int(0.3 * image.height)
    return image.resize(small, Image.BOX).resize(image.size, Image.NEAREST)


def blur(image, sigma):
    return F.gaussian_blur(image, [7, 7], [sigma, sigma])


def noise(image, field):
    values = F.to_tensor(image) + torch.from_numpy(field).permute(2, 0, 1)
    return F.to_pil_image(values)


def elastic(image, field):
    return F.elastic_transform(image, torch.from_numpy(field)[None],
                               F.InterpolationMode.BILINEAR, 0)



TRANSFORMS = {
    "scale": (("factor",), scale),
    "translate": (("dx", "dy"), translate),
    "v_flip": ((), F.vflip),
    "h_flip": ((), F.hflip),
    "rotate": (("angle",), lambda image, angle: F.rotate(image, angle, fill=0)),
    "shear": (("x", "y"), lambda image, x, y: F.affine(image, 0, [0, 0], 1, [x, y], fill=0)),
    "hue": (("shift",), masked(F.adjust_hue)),
    "brightness": (("factor",), masked(F.adjust_brightness)),
    "grayscale": ((), masked(lambda image: F.to_grayscale(image, 3))),
    "posterize": ((), masked(lambda image: F.posterize(image, 1))),
    "invert": ((), masked(F.invert)),
    "sharpen": ((), lambda image: F.adjust_sharpness(image, 7)),
    "blur": (("sigma",), blur),
    "noise": (("field",), masked(noise)),
    "pixelate": ((), pixelate),
    "elastic": (("field",), elastic),
    "erasing": (("x", "y"), erase),
    "contrast": (("factor",), masked(F.adjust_contrast)),
}

PICTURES = {"carried_square": smooth(32, 32, 3), "carried_wide": smooth(20, 33, 3),
            "carried_gray": smooth(28, 28, 1)}
STEPS = [
    [("scale", 0.63)], [("translate", 5, -4)], [("v_flip",)], [("h_flip",)],
    [("rotate", 33.7)], [("rotate", 251.2)], [("shear", 31.5, -22.25)],
    [("hue", 0.21)], [("brightness", 1.63)], [("brightness", 0.4)], [("grayscale",)],
    [("posterize",)], [("invert",)], [("sharpen",)], [("blur", 1.1)],
    [("noise", "noise")], [("pixelate",)], [("elastic", "elastic")],
    [("erasing", 9, 2)], [("contrast", 1.7)], [("contrast", 0.3)],
    # What has become RGBA stays so; black in between is seen by what follows.
    [("scale", 0.7), ("invert",), ("hue", -0.3)], [("erasing", 3, 4), ("brightness", 1.4)],
    [("translate", -3, 4), ("contrast", 1.5), ("rotate", 77.0)],
    [("rotate", 120.0), ("blur", 0.8)], [("hue", 0.4), ("rotate", 15.0), ("sharpen",)],
]
FIELDS = {}


def field_of(kind, height, width):
    """Stored once per kind and size."""
    name = "carried_%s_%dx%d" % (kind, height, width)
    if name not in FIELDS:
        if kind == "noise":
            FIELDS[name] = np.clip(draw.randn(height, width, 3), 0, 1)
        else:
            FIELDS[name] = draw.randn(height, width, 2) * 0.1
        FIELDS[name] = FIELDS[name].astype(np.float32)
        np.save(folder + name, FIELDS[name])
    return name


def run(pixels, steps):
    """The result and the steps as they are written down."""
    gray = pixels.shape[2] == 1
    image = Image.fromarray(pixels[:, :, 0] if gray else pixels)
    image, written = image.convert("RGB"), []
    for name, *values in steps:
        names, apply = TRANSFORMS[name]
        shown = ["%.17g" % v if not isinstance(v, str) else v for v in values]
        if names == ("field",):
            stored = field_of(name, *pixels.shape[:2])
            values, shown = [FIELDS[stored]], ['"%s"' % stored]
        image = apply(image, *values)
        given = ", ".join("%s = %s" % pair for pair in zip(names, shown))
        written.append('{"%s", {%s}}' % (name, given))
    image = image.convert("RGB")
    out = np.asarray(image.convert("L") if gray else image)
    return out.reshape(pixels.shape), "{%s}" % ", ".join(written)


def carried():
    # Float rounding decides some values of these, which are kept whole.
    kept = {"blur": [], "elastic": []}
    with open(folder + "carried.lua", "w") as out:
        out.write("-- {picture, {{transformation, parameters}, ...}, hash or index}:\n"
                  "-- scripts/make_carried_fixtures.py\nreturn {\n")
        for name, pixels in PICTURES.items():
            np.save(folder + name, pixels)
            for steps in STEPS:
                result, written = run(pixels, steps)
                close = [step[0] for step in steps if step[0] in kept]
                if close:
                    stored = "%s_%s_%d" % (name, close[0], len(steps))
                    np.save(folder + stored, result)
                    out.write('  {"%s", %s, "%s"},\n' % (name, written, stored))
                else:
                    out.write('  {"%s", %s, 0x%08x},\n' % (name, written, fnv(result)))
        out.write("}\n")


def placement():
    """Protocol 2: shrunk by 0.7, then by 0.55, its box at (21, 2) as the released
    code counts (the box's corner moves by the margin of the shrunk canvas)."""
    picture = Image.fromarray(np.load(folder + "object.npy"), "RGBA")
    scene = Image.fromarray(np.load(folder + "carried_square.npy"), "RGB")
    image, corner = picture.resize((32, 32), Image.BILINEAR), 0
    for factor in (0.7, 0.55):
        image = scale(image, factor)
        corner += (32 - round(32 * factor)) // 2
    image = translate(image, 21 - corner, 2 - corner)
    scene.paste(image, (0, 0), image)
    np.save(folder + "placed", np.asarray(scene))


carried()
placement()
