#!/usr/bin/env python3
"""Times the estimators iid, iid-sparse and stratified beside each other, shape by shape.

One process a shape trains all of them at every density in turns, so what else the machine does falls
on all alike; the first windows compile and are left out. With --python, PyTorch trains the same shape
in the same rounds: what its step takes depends on no density. Medians over rounds, by wall clock
and by CPU second, which other processes disturb less; ratios are of windows of one round. Writes
one JSON with its provenance.
"""

import argparse
import datetime
import json
import os
import pathlib
import platform
import statistics
import subprocess
import sys

from paired import HERE, ROOT, Side, cpu, git

ESTIMATORS = ["iid", "iid-sparse", "stratified"]


def measure(shape, densities, arguments):
    command = [
        arguments.java, "--add-modules=jdk.incubator.vector", "-XX:ObjectAlignmentInBytes=64", "-cp", str(ROOT / "target" / "classes"),
        str(HERE / "estimators_peer.java"), *map(str, shape), str(arguments.threads)]
    process = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    n, m, models = shape
    arguments.device = "cpu"
    peers = [
        Side(name, (n, m, arguments.peer_models, 1024), arguments, threads)
        for name in (arguments.peers.split(",") if arguments.python else [])
        for threads in sorted({1, arguments.threads})]
    description = process.stdout.readline().strip().removeprefix("ready ")
    sides = {(estimator, density): [] for estimator in ESTIMATORS for density in densities}
    loads = []
    for warming in [True] * arguments.warmup + [False] * arguments.rounds:
        for (estimator, density), windows in sides.items():
            print(estimator, density, arguments.seconds, file=process.stdin, flush=True)
            done, wall, used = map(float, process.stdout.readline().split())
            if not warming:
                windows.append({"per_second": done / wall, "per_cpu_second": done / used})
        for peer in peers:
            peer.run(arguments.peer_seconds)
            if warming:
                peer.windows.clear()
        loads.append(os.getloadavg()[0])
    for one in [process, *(peer.process for peer in peers)]:
        one.stdin.close()
        one.wait()
    print(f"\n{n} features, {m} hidden, load {min(loads):.1f} to {max(loads):.1f}, {description}")
    results = []
    for (estimator, density), windows in sides.items():
        median = {unit: statistics.median(w[unit] for w in windows) for unit in ("per_second", "per_cpu_second")}
        result = {"estimator": estimator, "density": density, **median, "windows": windows}
        line = f"  {estimator:12} {density:6} {median['per_second']:12,.0f} model-steps/s {median['per_cpu_second']:12,.0f} per CPU s"
        if peers:
            best = max(peers, key=lambda peer: peer.median("per_second"))
            paired = [ours["per_second"] / rate for ours, rate in zip(windows, best.rates("per_second"))]
            result["times_peer"] = {"median": statistics.median(paired), "min": min(paired), "max": max(paired)}
            result["best_peer"] = best.description
            line += f" {statistics.median(paired):8.1f} times {best.description}"
        results.append(result)
        print(line)
    return {
        "features": n, "hidden": m, "models": models, "java": description, "loads": loads, "results": results,
        "peers": [
            {"name": peer.name, "threads": peer.threads, "description": peer.description, "models": arguments.peer_models,
             "per_second": peer.median("per_second"), "per_cpu_second": peer.median("per_cpu_second"),
             "windows": peer.windows} for peer in peers]}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--java", default="java")
    parser.add_argument("--python", help="a Python with torch: then PyTorch is timed, too")
    parser.add_argument("--peers", default="torch:notebook,torch:bmm")
    parser.add_argument("--peer-models", type=int, default=64, help="models that PyTorch trains at once")
    parser.add_argument("--peer-seconds", type=float, default=1.0, help="of a window")
    parser.add_argument("--shapes", default="5x2x16,20x5x16,80x20x8", help="features x hidden x models")
    parser.add_argument("--densities", default="0.001,0.01,0.03,0.1")
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--warmup", type=int, default=3, help="rounds that are left out")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--seconds", type=float, default=0.5, help="CPU seconds of a window")
    parser.add_argument("--out", help="JSON to write, such as bench/results/NAME.json")
    arguments = parser.parse_args()
    densities = [float(p) for p in arguments.densities.split(",")]
    result = {
        "what": "training rates of the estimators, batch 1024, AdamW, in turns",
        "commit": git("rev-parse", "HEAD") + ("-dirty" if git("status", "--porcelain", "src") else ""),
        "date": datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds"),
        "command": "bench/peers/estimators.py "
        + " ".join("PYTHON" if word == arguments.python else word for word in sys.argv[1:]),
        "cpu": cpu(), "cores": os.cpu_count(), "system": platform.platform(),
        "shapes": [
            measure(tuple(map(int, shape.split("x"))), densities, arguments)
            for shape in arguments.shapes.split(",")],
    }
    if arguments.out:
        with open(arguments.out, "x") as out:
            out.write(json.dumps(result, indent=1) + "\n")


if __name__ == "__main__":
    main()
