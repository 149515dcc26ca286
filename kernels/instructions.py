#!/usr/bin/env python3
"""Counts the instructions that a warp issues for each sample in the kernels that train.

    kernels/instructions.py PTX [--tsv]

PTX is what build.sh made. ptxas compiles the text of rung 4 for sm_90. The dense algorithm
takes 5 N M fused multiply-adds of a sample on each of its lanes; a kernel's hot loop has a multiple of
so many and the fewest instructions for each: the one without signs, without hidden ReLU, without the
loss, and with one rule for all features. What a branch skips counts, too. Prints a Markdown table, or with --tsv what Roofline reads.
"""

import collections
import re
import struct
import subprocess
import sys
import tempfile
from pathlib import Path

LANES = 32
SAMPLE_LANES = 16

# The low nine bits of an instruction name the operation, three more the form of its operands.
OPERATIONS = {
    0x002: "move", 0x007: "select", 0x008: "select", 0x009: "float", 0x00B: "compare", 0x00C: "compare",
    0x010: "integer", 0x011: "integer", 0x012: "integer", 0x019: "integer", 0x020: "float", 0x021: "float",
    0x023: "fma", 0x024: "integer", 0x025: "integer", 0x027: "integer", 0x045: "convert", 0x106: "convert", 0x108: "special",
    0x141: "branch", 0x145: "branch", 0x147: "branch", 0x14D: "branch", 0x148: "branch",
    0x181: "memory", 0x182: "memory", 0x184: "memory", 0x186: "memory", 0x188: "memory", 0x189: "shuffle",
}
BRANCH = 0x147
GROUPS = ("fma", "float", "integer", "compare", "select", "convert", "shuffle", "memory", "other")


def sections(elf):
    """Name and bytes of each section of a 64-bit ELF file."""
    table, size, count, names = struct.unpack_from("<Q", elf, 40)[0], *struct.unpack_from("<HHH", elf, 58)
    heads = [struct.unpack_from("<IIQQQQ", elf, table + i * size) for i in range(count)]
    strings = elf[heads[names][4]:heads[names][4] + heads[names][5]]
    for name, _, _, _, offset, length in heads:
        yield strings[name:strings.index(b"\0", name)].decode(), elf[offset:offset + length]


def instructions(code):
    """Operation and, of a branch, the index it leads to, of each 128-bit instruction."""
    words = struct.iter_unpack("<QQ", code)
    for index, (low, high) in enumerate(words):
        operation, target = low & 0x1FF, None
        if operation == BRANCH:
            upper = low >> 34 | (high & 0x3FFFF) << 30
            upper -= (upper >> 47) << 48
            target = index + 1 + (upper << 8 | low >> 16 & 0xFF) // 4
        yield operation, target


def hot_loop(code, each):
    """The operations of the loop that holds whole samples and has the fewest for each."""
    listing = list(instructions(code))
    loops = [(t, i) for i, (_, t) in enumerate(listing) if t is not None and 0 <= t < i]
    bodies = [[operation for operation, _ in listing[first : last + 1]] for first, last in loops]
    whole = [body for body in bodies if (count := body.count(0x023)) and count % each == 0]
    return min(whole, key=lambda body: len(body) / body.count(0x023))


def row(name, code, tsv):
    feature_lanes, features, hidden = map(int, re.findall(r"\d+", name))
    each = 5 * features * hidden
    counts = collections.Counter(OPERATIONS.get(operation, "other") for operation in hot_loop(code, each))
    # A round takes a sample on every pair of lanes, or on every lane; a turn of the loop is two.
    samples = counts["fma"] // each * LANES // feature_lanes
    grouped = collections.Counter()
    for group, count in counts.items():
        grouped[group if group in GROUPS else "other"] += count
    total = sum(counts.values())
    if tsv:
        return f"{name}\t{total / samples:.4f}"
    cells = [f"{grouped[group] / samples:.2f}" for group in GROUPS]
    return f"| `{name}` | {total / samples:.2f} | {counts['fma'] / total:.0%} | " + " | ".join(cells) + " |"


def main():
    ptx = Path(sys.argv[1]) / "compute_80" / "train_step_4_resident.ptx"
    with tempfile.TemporaryDirectory() as folder:
        cubin = Path(folder) / "cubin"
        subprocess.run(["ptxas", "-arch=sm_90", str(ptx), "-o", str(cubin)], check=True)
        elf = cubin.read_bytes()
    tsv = "--tsv" in sys.argv
    if not tsv:
        print("| kernel | instructions a sample | of them fma | " + " | ".join(GROUPS) + " |")
        print("|---|---|---|" + "---|" * len(GROUPS))
    rows = [row(name[6:], code, tsv) for name, code in sections(elf) if name.startswith(".text.")]
    print("\n".join(sorted(rows)))


main()
