"""Prints the figures and writes them as JSON: `python -m bench [--out build/bench.json] [NAME…]`."""

from __future__ import annotations

import argparse
import importlib
import json
import signal
import sys
import time
from pathlib import Path

from bench.figures import Figure

SUITES = (
    "chain",
    "sweep",
    "month",
    "city",
    "contract",
    "contract_accuracy",
    "obligations",
    "scan",
    "delivery",
    "memory",
    "api",
    "reports",
)


def main(words: list[str]) -> int:
    """Runs the named suites, or all."""
    parser = argparse.ArgumentParser(prog="bench", description="measures the product against peers and limits")
    parser.add_argument("--out", type=Path, default=Path("build") / "bench.json", help="the file to write")
    parser.add_argument("suites", nargs="*", metavar="NAME", help=f"which of {', '.join(SUITES)}; default: all")
    given = parser.parse_args(words)
    if unknown := [name for name in given.suites if name not in SUITES]:
        parser.error(f"no such suite: {', '.join(unknown)}; there are: {', '.join(SUITES)}")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that what was built is taken away
    figures: list[Figure] = []
    for name in given.suites or SUITES:
        begun = time.perf_counter()
        print(f"== {name}", flush=True)
        for figure in importlib.import_module(f"bench.{name}").measure():
            show(figure)
            figures.append(figure)
        print(f"   {time.perf_counter() - begun:.0f} s", flush=True)
    given.out.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps([figure.as_json() for figure in figures], ensure_ascii=False, indent=2)
    given.out.write_text(text + "\n", "utf-8")
    print(f"written: {given.out}")
    return 0


def show(figure: Figure) -> None:
    """Prints one figure on one line."""
    ratio = "" if figure.ratio is None else f"{figure.ratio:.3g}×"
    line = f"{figure.name:46s} {figure.value:13,.3f} {figure.unit:12s} {ratio:>8s} against {figure.against}"
    print(f"{line}  (aim {figure.aim})", flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
