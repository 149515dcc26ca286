"""What both Python peers share: the notebook's task grid, and the dialogue with paired.py."""

import sys
import time

WARM_UP_SECONDS = 1.0


def arguments():
    """variant, features n, hidden m, models, batch, threads, device: cpu or cuda"""
    return sys.argv[1], *map(int, sys.argv[2:7]), *(sys.argv[7:8] or ["cpu"])


def serve(models, description, steps):
    """Runs `steps()`, which returns the steps it took, as long as each line of stdin asks for.

    Prints "ready" once warm, then for each line: model-steps, seconds, CPU seconds.
    """
    # By the clock and by calls: the first ones compile, and a GPU's clocks rise within a second.
    start, calls = time.perf_counter(), 0
    while calls < 3 or time.perf_counter() - start < WARM_UP_SECONDS:
        steps()
        calls += 1
    print("ready", description, flush=True)
    for line in sys.stdin:
        seconds = float(line)
        cpu, start, done = time.process_time(), time.perf_counter(), 0
        while time.perf_counter() - start < seconds:
            done += steps()
        wall = time.perf_counter() - start
        print(done * models, f"{wall:.6f} {time.process_time() - cpu:.6f}", flush=True)
