"""Makes the .npy, .npz and .safetensors files beside it: python make.py (numpy, safetensors).

Every array is (2, 3) of 0 to 5, of signed types less 2, of booleans modulo 2.
"""
import numpy
from numpy.lib import format
from safetensors.numpy import save_file

base = numpy.arange(6).reshape(2, 3)
for order in "<>":
    for kind in ["f2", "f4", "f8", "i1", "i2", "i4", "i8"]:
        numpy.save(f"{'le' if order == '<' else 'be'}-{kind}.npy", (base - 2).astype(order + kind))
    for kind in ["u1", "u2", "u4", "u8"]:
        numpy.save(f"{'le' if order == '<' else 'be'}-{kind}.npy", base.astype(order + kind))
numpy.save("bool.npy", base % 2 == 1)
numpy.save("fortran-f4.npy", numpy.asfortranarray((base - 2).astype("<f4")))
numpy.save("fortran-i8.npy", numpy.asfortranarray((base - 2).astype(">i8")))
for version in [(1, 0), (2, 0), (3, 0)]:
    with open(f"version-{version[0]}.npy", "wb") as out:
        format.write_array(out, (base - 2).astype("<f4"), version=version)
numpy.savez("stored.npz", W=(base - 2).astype("<f8"), F=numpy.asfortranarray((base - 2).astype("<i4")))
numpy.savez_compressed("compressed.npz", W=(base - 2).astype("<f8"))
numpy.save("unsupported-complex.npy", (base - 2).astype("<c8"))
numpy.save("unsupported-text.npy", base.astype("<U3"))
numpy.save("unsupported-time.npy", base.astype("<M8[s]"))
numpy.save("unsupported-records.npy", numpy.zeros(3, dtype=[("x", "<f4"), ("\u03b1", "<i4")]))
numpy.save("unsupported-objects.npy", numpy.array([None, 1], dtype=object), allow_pickle=True)
numpy.save("unsupported-longdouble.npy", base.astype(numpy.longdouble))
save_file({kind: (base - (0 if kind[0] in "ub" else 2)).astype(kind) for kind in
           ["float16", "float32", "float64", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32"]}
          | {"bool": base % 2 == 1}, "all.safetensors")
