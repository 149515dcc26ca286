#!/usr/bin/env python3
"""Times toymodels and its peers at the same work in turns, and prints medians and ratios.

All sides run as processes that wait while another is timed; a round gives each a window, so what
else the machine does falls on all alike. Peers get their best variant and number of threads. The
ratio is of the same round, and its median is over rounds; beside wall-clock rates stand rates per
CPU second, which other processes disturb less. Writes one JSON with its provenance, anew after
every round: what ends it early leaves the rounds before.
"""

import argparse
import datetime
import json
import os
import pathlib
import platform
import queue
import statistics
import subprocess
import sys
import threading
import time

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent


def command(side, shape, arguments, threads):
    kind, _, variant = side.partition(":")
    sizes = [*map(str, shape), str(threads)]
    if kind == "toymodels":
        vector = "--add-modules=jdk.incubator.vector"
        # As the launcher starts it.
        aligned = "-XX:ObjectAlignmentInBytes=64"
        peer = "ToymodelsPeer" if arguments.compiled else str(HERE / "toymodels_peer.java")
        return [arguments.java, vector, aligned, "-cp", arguments.classes, peer, variant, *sizes,
                str(arguments.warm_up)]
    return [arguments.python, str(HERE / f"bench_{kind}.py"), variant, *sizes, arguments.device]


class Side:
    """One process, warm, that waits for a request to run."""

    def __init__(self, name, shape, arguments, threads):
        self.name, self.threads, self.windows = name, threads, []
        environment = dict(os.environ, OMP_WAIT_POLICY="passive", OMP_NUM_THREADS=str(threads))
        self.process = subprocess.Popen(
            command(name, shape, arguments, threads),
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            text=True, env=environment)
        self.lines = queue.Queue()
        threading.Thread(target=self._listen, daemon=True).start()
        self.description = self._next(arguments.start_limit, "ready").removeprefix("ready ")

    def _listen(self):
        for line in self.process.stdout:
            self.lines.put(line.strip())
        self.lines.put(None)

    def _next(self, limit, begin=""):
        """The next line that begins so; the process is ended if there is none in time."""
        end = time.monotonic() + limit
        while True:
            try:
                line = self.lines.get(timeout=max(0.0, end - time.monotonic()))
                why = "ended"
            except queue.Empty:
                line, why = None, f"said nothing for {limit:.0f} s"
            if line is None:
                self.close()
                raise RuntimeError(f"{self.name} {why}: run {' '.join(self.process.args)} to see why")
            if line.startswith(begin):
                return line

    def run(self, seconds):
        print(seconds, file=self.process.stdin, flush=True)
        done, wall, cpu = map(float, self._next(60 + 10 * seconds).split())
        self.windows.append({"per_second": done / wall, "per_cpu_second": done / cpu})

    def close(self):
        self.process.stdin.close()
        try:
            self.process.wait(5)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def rates(self, unit):
        return [window[unit] for window in self.windows]

    def median(self, unit):
        return statistics.median(self.rates(unit))


def cpu():
    try:
        for line in open("/proc/cpuinfo"):
            if line.startswith("model name"):
                return line.split(":")[1].strip()
    except OSError:
        pass
    return platform.processor()


def git(*words):
    return subprocess.run(["git", "-C", str(ROOT), *words], capture_output=True, text=True).stdout.strip()


def measure(shape, arguments, write):
    """Times all sides in turns; `write` gets what is known after every round."""
    absent, sides, loads = {}, [], []
    wanted = [("toymodels:" + arguments.backend, arguments.threads)]
    for name in filter(None, arguments.peers.split(",")):
        # On a GPU the number of threads of the host decides nothing.
        threads = sorted({1, arguments.threads}) if arguments.device == "cpu" else [arguments.threads]
        wanted += [(name, count) for count in threads]
    try:
        for name, threads in wanted:
            if arguments.late():
                if not sides:
                    return None
                absent[name] = "no time was left"
                continue
            try:
                sides.append(Side(name, shape, arguments, threads))
            except RuntimeError as why:
                if arguments.device == "cpu" or not sides:
                    sys.exit(str(why))
                absent[name] = str(why)
        for _ in range(arguments.rounds):
            if loads and arguments.late():
                break
            for side in list(sides):
                try:
                    side.run(arguments.seconds)
                except RuntimeError as why:
                    absent[side.name] = str(why)
                    sides.remove(side)
            loads.append(os.getloadavg()[0])
            write(summary(shape, sides, absent, loads))
    finally:
        for side in sides:
            side.close()
    return summary(shape, sides, absent, loads)


def ratios_of(sides):
    ours, ratios = sides[0], {}
    for unit in ("per_second", "per_cpu_second"):
        for kind in ("torch", "jax"):
            peers = [side for side in sides if side.name.startswith(kind)]
            if peers:
                best = max(peers, key=lambda side: side.median(unit))
                paired = [a / b for a, b in zip(ours.rates(unit), best.rates(unit))]
                ratios[f"{kind} {unit}"] = {
                    "best": best.description,
                    "median": statistics.median(paired),
                    "min": min(paired),
                    "max": max(paired),
                }
    return ratios


def summary(shape, sides, absent, loads):
    n, m, models, batch = shape
    timed = [side for side in sides if side.windows]
    return {
        "features": n, "hidden": m, "models": models, "batch": batch, "loads": loads,
        "sides": [
            {"name": s.name, "threads": s.threads, "description": s.description,
             "per_second": s.median("per_second"), "per_cpu_second": s.median("per_cpu_second"),
             "windows": s.windows} for s in timed],
        "ratios": ratios_of(timed) if timed else {}, "absent": dict(absent),
    }


def tell(one):
    loads = one["loads"] or [0.0]
    print(f"\n{one['features']} features, {one['hidden']} hidden, {one['models']} models, "
          f"batch {one['batch']}, load {min(loads):.1f} to {max(loads):.1f}")
    for side in one["sides"]:
        print(f"  {side['per_second']:12,.0f} model-steps/s {side['per_cpu_second']:12,.0f} per CPU s  {side['description']}")
    for name, ratio in one["ratios"].items():
        print(f"  ratio to {name}: {ratio['median']:.1f} ({ratio['min']:.1f} to {ratio['max']:.1f})  {ratio['best']}")
    for name, why in one["absent"].items():
        print(f"  without {name}: {why}")
    sys.stdout.flush()


def reserve(out):
    """Makes the new file that results go to; ends if there is one of that name."""
    try:
        open(out, "x").close()
    except FileExistsError:
        sys.exit(f"{out} exists already, and nothing is ever overwritten: give another name with --out")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--python", default="python3", help="a Python with torch and jax")
    parser.add_argument("--java", default="java")
    parser.add_argument("--classes", default=str(ROOT / "target" / "classes"), help="class path of toymodels")
    parser.add_argument("--compiled", action="store_true", help="that class path has ToymodelsPeer")
    parser.add_argument("--device", default="cpu", help="of the peers: cpu or cuda")
    parser.add_argument("--commit", help="of toymodels, where there is no git")
    parser.add_argument("--backend", default="cpu", help="the backend of toymodels")
    parser.add_argument("--peers", default="torch:notebook,torch:bmm,torch:compile,jax:scan")
    parser.add_argument("--shapes", default="5x2x64,20x5x64,80x20x16,400x30x8", help="features x hidden x models")
    parser.add_argument("--batch", type=int, default=1024)
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--seconds", type=float, default=1.0, help="of a window")
    parser.add_argument("--warm-up", type=float, default=10.0, help="seconds that toymodels trains before it is ready")
    parser.add_argument("--start-limit", type=float, default=600.0, help="seconds in which a side must be ready")
    parser.add_argument("--limit", type=float, default=float("inf"), help="seconds after which nothing new begins")
    parser.add_argument("--out", help="JSON to write, such as bench/results/NAME.json")
    arguments = parser.parse_args()
    if arguments.out:
        reserve(arguments.out)
    begin = time.monotonic()
    arguments.late = lambda: time.monotonic() - begin > arguments.limit
    result = {
        "what": "training rates of toymodels and its peers, in turns",
        "commit": arguments.commit or git("rev-parse", "HEAD") + ("-dirty" if git("status", "--porcelain", "src") else ""),
        "date": datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds"),
        "command": "bench/peers/paired.py " + " ".join(a for a in sys.argv[1:]),
        "device": arguments.device, "cpu": cpu(), "cores": os.cpu_count(), "system": platform.platform(),
        "rounds": arguments.rounds, "window_seconds": arguments.seconds,
        "shapes": [],
    }
    done = result["shapes"]

    def write(*now):
        if arguments.out:
            out = pathlib.Path(arguments.out)
            new = out.with_name(out.name + ".new")
            new.write_text(json.dumps(dict(result, shapes=[*done, *now]), indent=1) + "\n")
            new.replace(out)

    write()
    for text in arguments.shapes.split(","):
        n, m, models = map(int, text.split("x"))
        one = measure((n, m, models, arguments.batch), arguments, write)
        if one is None:
            print(f"\n{text}: no time was left")
            continue
        write(one)
        done.append(one)
        tell(one)


if __name__ == "__main__":
    main()
