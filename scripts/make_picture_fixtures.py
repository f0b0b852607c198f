#!/usr/bin/python3
"""Makes tests/fixtures/pictures: small files of all formats and kinds, and
decoded.lua with the size and FNV-1a hash of what Pillow makes of each:
convert("RGB") of CMYK, RGBA where a PNG has transparency, else gray or RGB;
turned by ImageOps.exif_transpose. Also sizes that Pillow resizes to (thin and
low pictures). Needs Debian's python3-pil, python3-numpy, libjpeg-turbo-progs.

    cd tests/fixtures && ../../scripts/make_picture_fixtures.py
"""
import io
import pathlib
import struct
import subprocess
import zlib

import numpy as np
from PIL import Image, ImageOps

rng = np.random.RandomState(20261122)
here = pathlib.Path("pictures")
here.mkdir(exist_ok=True)


def fnv(pixels):
    h = 0x811C9DC5
    for byte in np.ascontiguousarray(pixels, dtype=np.uint8).tobytes():
        h = ((h ^ byte) * 0x01000193) & 0xFFFFFFFF
    return h


def smooth(height, width, channels):
    """Soft colours with some grain, so that all coefficients of a JPEG occur."""
    coarse = rng.randint(0, 256, (5, 5, channels)).astype(np.uint8)
    bands = [Image.fromarray(coarse[..., c]).resize((width, height), Image.BICUBIC)
             for c in range(channels)]
    pixels = np.stack([np.array(band) for band in bands], -1)
    pixels = pixels + rng.randint(-12, 13, pixels.shape)
    return np.clip(pixels, 0, 255).astype(np.uint8).squeeze()


# ---- JPEG --------------------------------------------------------------------


def cjpeg(name, picture, *options):
    ppm = io.BytesIO()
    picture.save(ppm, "PPM")
    made = subprocess.run(["cjpeg", *options], input=ppm.getvalue(),
                          stdout=subprocess.PIPE, check=True)
    (here / name).write_bytes(made.stdout)


def tiff(orientation, order, kind=3):
    head = b"II*\0" if order == "<" else b"MM\0*"
    value = struct.pack(order + ("HH" if kind == 3 else "I"),
                        *([orientation, 0] if kind == 3 else [orientation]))
    entries = [struct.pack(order + "HHI", 0x010F, 2, 2) + b"x\0\0\0",
               struct.pack(order + "HHI", 0x0112, kind, 1) + value]
    return head + struct.pack(order + "IH", 8, len(entries)) + b"".join(entries) + b"\0" * 4


def jpegs():
    color = Image.fromarray(smooth(29, 37, 3))
    gray = Image.fromarray(smooth(18, 23, 1))
    small = Image.fromarray(smooth(7, 12, 3))
    large = Image.fromarray(smooth(150, 201, 3))
    gray.save(here / "gray.jpg", quality=85)
    color.save(here / "chroma_420.jpg", quality=80)
    color.save(here / "chroma_422.jpg", quality=80, subsampling=1)
    color.save(here / "chroma_444.jpg", quality=95, subsampling=0)
    color.save(here / "progressive.jpg", quality=80, progressive=True)
    large.save(here / "large.jpg", quality=70)
    Image.fromarray(smooth(20, 21, 4), "CMYK").save(here / "cmyk.jpg", quality=85)
    cjpeg("chroma_440.jpg", color, "-sample", "1x2")
    cjpeg("chroma_411.jpg", color, "-sample", "4x1")
    cjpeg("chroma_odd.jpg", color, "-sample", "2x2,1x2,2x1")
    cjpeg("arithmetic.jpg", color, "-arithmetic")
    cjpeg("restarts.jpg", color, "-restart", "1")
    cjpeg("rgb.jpg", color, "-rgb")
    for orientation in range(1, 9):
        order = "<" if orientation % 2 else ">"
        small.save(here / ("turned_%d.jpg" % orientation), quality=60,
                   exif=b"Exif\0\0" + tiff(orientation, order))
    small.save(here / "turned_long.jpg", quality=60,
               exif=b"Exif\0\0" + tiff(6, "<", kind=4))
    small.save(here / "turned_wrong.jpg", quality=60,
               exif=b"Exif\0\0" + tiff(9, "<"))


# ---- PNG ---------------------------------------------------------------------


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + \
        struct.pack(">I", zlib.crc32(kind + data))


def png(name, kind, step, height=23, width=17, extra=b"", parts=3):
    """Random bytes behind every filter in turn, also in the first row; the
    pixels in several IDAT chunks."""
    rows = [bytes([(y + 4) % 5]) + rng.bytes(width * step) for y in range(height)]
    data = zlib.compress(b"".join(rows))
    cuts = [len(data) * i // parts for i in range(parts + 1)]
    (here / name).write_bytes(
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, kind, 0, 0, 0)) + extra
        + b"".join(chunk(b"IDAT", data[a:b]) for a, b in zip(cuts, cuts[1:]))
        + chunk(b"IEND", b""))


def pngs():
    palette = chunk(b"PLTE", rng.bytes(3 * 256))
    png("gray.png", 0, 1)
    png("rgb.png", 2, 3)
    png("rgba.png", 6, 4)
    png("gray_alpha.png", 4, 2)
    png("palette.png", 3, 1, extra=palette)
    png("palette_alpha.png", 3, 1, extra=palette + chunk(b"tRNS", rng.bytes(100)))
    png("gray_key.png", 0, 1, extra=chunk(b"tRNS", b"\0\7"))
    png("one_pixel_wide.png", 2, 3, width=1, parts=1)
    png("turned.png", 2, 3, height=6, extra=chunk(b"eXIf", tiff(6, ">")))


# ---- what Pillow makes of them -----------------------------------------------


def decode(path):
    picture = Image.open(path)
    transparent = "transparency" in picture.info or picture.mode in ("LA", "RGBA")
    mode = "RGBA" if transparent else "L" if picture.mode == "L" else "RGB"
    return np.array(ImageOps.exif_transpose(picture).convert(mode))


def resized(out, name, pixels):
    Image.fromarray(pixels).save(here / name)
    filters = {"box": Image.BOX, "bilinear": Image.BILINEAR, "bicubic": Image.BICUBIC}
    for filter_name, number in filters.items():
        for height, width in (5, 40), (16, 3), (33, 21), (90, 2):
            result = np.array(Image.fromarray(pixels).resize((width, height), number))
            out.write('  {"%s", "%s", %d, %d, 0x%08x},\n'
                      % (name, filter_name, height, width, fnv(result)))


jpegs()
pngs()
made = sorted(here.glob("*.jpg")) + sorted(here.glob("*.png"))
with open(here / "decoded.lua", "w") as out:
    out.write("-- {file, height, width, channels, hash}: scripts/make_picture_fixtures.py\n")
    out.write("return {\n")
    for path in made:
        pixels = decode(path)
        height, width = pixels.shape[:2]
        out.write('  {"%s", %d, %d, %d, 0x%08x},\n' % (
            path.name, height, width, 1 if pixels.ndim == 2 else pixels.shape[2],
            fnv(pixels)))
    out.write("}\n")
with open(here / "resized.lua", "w") as out:
    out.write("-- {input, filter, height, width, hash}: scripts/make_picture_fixtures.py\n")
    out.write("return {\n")
    resized(out, "thin.png", rng.randint(0, 256, (41, 3, 3)).astype(np.uint8))
    resized(out, "low.png", rng.randint(0, 256, (7, 30, 3)).astype(np.uint8))
    resized(out, "narrow.png", rng.randint(0, 256, (30, 7)).astype(np.uint8))
    out.write("}\n")
