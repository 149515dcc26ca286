#!/usr/bin/env python3
"""Writes the table of bench/README.md from the newest measurement of each shape in bench/results."""

import json
import pathlib
import re

BENCH = pathlib.Path(__file__).resolve().parent.parent


def rows(result):
    for shape in result["shapes"]:
        ours = shape["sides"][0]
        for kind in ("torch", "jax"):
            ratio = shape["ratios"].get(f"{kind} per_second")
            if ratio:
                per_cpu = shape["ratios"][f"{kind} per_cpu_second"]
                yield (
                    f"| {shape['features']} x {shape['hidden']} | {shape['models']} | {ours['per_second']:,.0f} | {ours['per_cpu_second']:,.0f}"
                    f" | {ratio['best']} | {ratio['median']:.1f} ({ratio['min']:.1f} to {ratio['max']:.1f})"
                    f" | {per_cpu['median']:.1f} ({per_cpu['min']:.1f} to {per_cpu['max']:.1f})"
                    f" | {min(shape['loads']):.1f} to {max(shape['loads']):.1f} |"
                )


def main():
    newest = {}
    for path in (BENCH / "results").glob("*.json"):
        result = json.loads(path.read_text())
        if result.get("what", "").startswith("training rates"):
            for shape in result["shapes"]:
                key = (shape["features"], shape["hidden"], shape["models"])
                if key not in newest or newest[key]["date"] < result["date"]:
                    newest[key] = dict(result, shapes=[shape])
    lines = []
    for key in sorted(newest):
        lines += rows(newest[key])
    if newest:
        header = "| shape | models | model-steps/s | per CPU second | best peer | times as fast | per CPU second | load |\n|---|---|---|---|---|---|---|---|\n"
        sources = sorted({f"{r['cpu']}, {r['cores']} cores, commit {r['commit'][:12]}, {r['date'][:10]}: `{r['command']}`" for r in newest.values()})
        table = header + "\n".join(lines) + "\n\n" + "\n\n".join(sources) + "\n"
    else:
        table = ""
    readme = BENCH / "README.md"
    text = readme.read_text()
    readme.write_text(re.sub(r"(<!-- peers -->\n).*(<!-- /peers -->)", lambda m: m[1] + table + m[2], text, flags=re.S))


if __name__ == "__main__":
    main()
