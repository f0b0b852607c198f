#!/usr/bin/python3
"""Makes the fixtures that compare Invar with Pillow and torchvision:
tests/fixtures/transforms/pillow.lua and tests/fixtures/image/pillow.lua (cases
with the FNV-1a hash of each expected result), blur and elastic as .npy (float
rounding decides some of their values, so they are compared with a tolerance),
and the pictures that go in. Needs Debian's python3-pil, -numpy, -torchvision.

    cd tests/fixtures && ../../scripts/make_pillow_fixtures.py
"""
import numpy as np
import torch
import torchvision.transforms.functional as F
from PIL import Image

rng = np.random.RandomState(20240707)
torch.set_num_threads(1)


def fnv(pixels):
    h = 0x811C9DC5
    for byte in np.ascontiguousarray(pixels, dtype=np.uint8).tobytes():
        h = ((h ^ byte) * 0x01000193) & 0xFFFFFFFF
    return h


def soft(height, width):
    """Noise with every kind of alpha."""
    pixels = rng.randint(0, 256, (height, width, 4)).astype(np.uint8)
    kind = rng.randint(0, 3, (height, width))
    pixels[..., 3] = np.where(kind == 0, 0, np.where(kind == 1, 255, pixels[..., 3]))
    return pixels


def masked(change):
    def run(image, *parameters):
        out = Image.new("RGBA", image.size, (0, 0, 0, 0))
        changed = change(image.convert("RGB"), *parameters)
        out.paste(changed, (0, 0), image.getchannel("A"))
        return out
    return run


def scale(image, factor):
    side = image.size[0]
    new = round(side * factor)
    out = Image.new("RGBA", image.size, (0, 0, 0, 0))
    place = (side - new) // 2
    out.paste(image.resize((new, new), Image.BICUBIC), (place, place))
    return out


def pixelate(image):
    small = int(0.3 * image.size[0])
    return image.resize((small, small), Image.BOX).resize(image.size, Image.NEAREST)


CLEAR = [0, 0, 0, 0]
uniform = rng.uniform
TRANSFORMS = {
    "scale": (("factor",), lambda: [uniform(0.4, 1)], scale),
    "rotate": (("angle",), lambda: [uniform(0, 360)],
               lambda im, angle: F.rotate(im, angle, fill=CLEAR)),
    "shear": (("x", "y"), lambda: [uniform(-50, 50), uniform(-50, 50)],
              lambda im, x, y: F.affine(im, 0, [0, 0], 1, [x, y], fill=CLEAR)),
    "hue": (("shift",), lambda: [uniform(-0.5, 0.5)], masked(F.adjust_hue)),
    "brightness": (("factor",), lambda: [uniform(0, 2)], masked(F.adjust_brightness)),
    "contrast": (("factor",), lambda: [uniform(0, 2)], masked(F.adjust_contrast)),
    "grayscale": ((), list, masked(lambda im: F.to_grayscale(im, 3))),
    "posterize": ((), list, masked(lambda im: F.posterize(im, 1))),
    "invert": ((), list, masked(F.invert)),
    "sharpen": ((), list, lambda im: F.adjust_sharpness(im, 7)),
    "pixelate": ((), list, pixelate),
}


def transforms():
    inputs = ["input_%d.png" % i for i in range(1, 5)] + ["soft_37.png", "soft_20.png"]
    for name in inputs[4:]:
        side = int(name[5:7])
        Image.fromarray(soft(side, side)).save("transforms/" + name)
    with open("transforms/pillow.lua", "w") as out:
        out.write("-- {transformation, input, parameters, hash}: scripts/make_pillow_fixtures.py\n")
        out.write("return {\n")
        for name, (names, draw, apply) in TRANSFORMS.items():
            for i in range(200 if names else len(inputs)):
                source = inputs[i % len(inputs)]
                values = draw()
                result = apply(Image.open("transforms/" + source).convert("RGBA"), *values)
                given = ", ".join("%s = %.17g" % pair for pair in zip(names, values))
                out.write('  {"%s", "%s", {%s}, 0x%08x},\n'
                          % (name, source, given, fnv(np.array(result))))
        out.write("}\n")


def tolerant():
    """24 blurs (sigma i/16) and 24 elastic fields of a smooth kind."""
    image = np.array(Image.open("transforms/soft_20.png"))
    pixels = torch.from_numpy(image).permute(2, 0, 1)
    blurs = [F.gaussian_blur(pixels, [7, 7], [i / 16] * 2) for i in range(1, 25)]
    np.save("transforms/pillow_blur.npy",
            torch.stack(blurs).permute(0, 2, 3, 1).contiguous().numpy())
    fields = (rng.randn(24, 20, 20, 2) * 0.1).astype(np.float32)
    np.save("transforms/pillow_elastic_fields.npy", fields)
    warped = [F.elastic_transform(pixels, torch.from_numpy(field)[None],
                                  F.InterpolationMode.BILINEAR, [0.0] * 4)
              for field in fields]
    np.save("transforms/pillow_elastic.npy",
            torch.stack(warped).permute(0, 2, 3, 1).contiguous().numpy())


def resizing():
    filters = {"nearest": Image.NEAREST, "box": Image.BOX,
               "bilinear": Image.BILINEAR, "bicubic": Image.BICUBIC}
    Image.fromarray(soft(5, 4)).save("image/small.png")
    pictures = {"soft.png": soft(29, 44),
                "rgb.png": rng.randint(0, 256, (44, 31, 3)).astype(np.uint8),
                "gray.png": rng.randint(0, 256, (17, 50)).astype(np.uint8)}
    with open("image/pillow.lua", "w") as out:
        out.write("-- {input, filter, height, width, hash}: scripts/make_pillow_fixtures.py\n")
        out.write("return {\n")
        for name, pixels in pictures.items():
            image = Image.fromarray(pixels)
            image.save("image/" + name)
            for filter_name, number in filters.items():
                for _ in range(25):
                    height, width = (int(v) for v in rng.randint(1, 100, 2))
                    result = np.array(image.resize((width, height), number))
                    out.write('  {"%s", "%s", %d, %d, 0x%08x},\n'
                              % (name, filter_name, height, width, fnv(result)))
        out.write("}\n")


transforms()
tolerant()
resizing()
