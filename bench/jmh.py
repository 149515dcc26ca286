#!/usr/bin/env python3
"""Runs JMH benchmarks of bench/java and writes what they say as one JSON with its provenance.

    bench/jmh.py --out bench/results/jmh-NAME.json StepParts -f 1

Everything after the options is for JMH.
"""

import argparse
import datetime
import json
import os
import pathlib
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "bench" / "peers"))
from paired import cpu, git, reserve  # noqa: E402


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", required=True, help="JSON to write, such as bench/results/jmh-NAME.json")
    arguments, jmh = parser.parse_known_args()
    reserve(arguments.out)
    load = os.getloadavg()[0]
    with tempfile.TemporaryDirectory() as folder:
        said = pathlib.Path(folder, "jmh.json")
        words = " ".join([*jmh, "-rf", "json", "-rff", str(said)])
        subprocess.run(["mvn", "-q", "-Pbench", "verify", "-DskipTests", "-Djmh=" + words], cwd=ROOT, check=True)
        results = json.loads(said.read_text())
    for result in results:
        del result["jvm"]  # a path of this machine
    pathlib.Path(arguments.out).write_text(json.dumps({
        "what": "JMH",
        "commit": git("rev-parse", "HEAD") + ("-dirty" if git("status", "--porcelain", "src/main", "bench/java") else ""),
        "date": datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds"),
        "command": "bench/jmh.py " + " ".join(sys.argv[1:]),
        "cpu": cpu(), "cores": os.cpu_count(), "load_before": load,
        "results": results,
    }, indent=1) + "\n")


if __name__ == "__main__":
    main()
