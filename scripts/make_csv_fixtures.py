"""Writes tests/fixtures/data/numbers.csv: numbers as text, and the bits of the
double that Python's float() makes of them."""
import random
import struct

HARD = """0 -0.0 1 -1 .5 5. +7 1e0 1E+5 1e-5 00012.50 123456789012345678
9007199254740993.0 9007199254740992.5 9007199254740991.5 1e22 1e23 8.5e22
1.7976931348623157e308 1.7976931348623158e308 1.7976931348623159e308 1e400
4.9e-324 2.4703282292062327e-324 2.4703282292062328e-324 2.2250738585072011e-308
2.2250738585072014e-308 1e-400 6.631236846766476e-316 3.237883913302901e-319
0.1 0.2 0.3 1.1 2.675 1.005 5e-324 179769313486231580793e289
7.2057594037927933e16 9.5e15 1.0000000000000002220446049250313
0.500000000000000166533453693773481063544750213623046875
3.518437208883201171875e13 62.5364939768271845828 8.10109172351e-10
100000000000000016777215.0 100000000000000016777216.0 0e999 0.000e-999
1.00000005960464477539062499e0 1.00000005960464477540e0 inf -inf Infinity
9.999999999999999999999999999999999999999e22 123456789.123456789e-7""".split()


def main():
    random.seed(1)
    texts = HARD + ["%.*g" % (random.randint(1, 25), random.uniform(-1, 1) *
                              10.0 ** random.randint(-320, 308)) for _ in range(400)]
    # halfway between two doubles, and a little beside it
    for _ in range(40):
        bits = random.getrandbits(62)
        a, b = (struct.unpack(">d", struct.pack(">Q", v))[0] for v in (bits, bits + 1))
        if a == a and abs(b) < 1e300 and a > 1e-20:
            middle = (int(a) + int(b)) // 2 if a > 2**54 else None
            texts += [f"{middle}.{end}" for end in ("0", "01", "")] if middle else []
    with open("tests/fixtures/data/numbers.csv", "w", encoding="ascii") as file:
        file.write("text,number,bits\n")
        for text in texts:
            file.write(f'"{text}",{text},"{struct.pack(">d", float(text)).hex()}"\n')


main()
