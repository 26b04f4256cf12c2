"""Prints the figures and writes build/bench.json: `python -m bench [NAME…]`."""

from __future__ import annotations

import importlib
import json
import sys
from pathlib import Path

from bench.figures import Figure

SUITES = ("chain", "sweep", "month", "contract", "delivery", "memory")


def main(names: list[str]) -> int:
    """Runs the named suites, or all."""
    unknown = [name for name in names if name not in SUITES]
    if unknown:
        print(f"no such suite: {', '.join(unknown)}; there are: {', '.join(SUITES)}", file=sys.stderr)
        return 2
    figures: list[Figure] = []
    for name in names or SUITES:
        print(f"== {name}", flush=True)
        for figure in importlib.import_module(f"bench.{name}").measure():
            ratio = "" if figure.ratio is None else f"{figure.ratio:8.2f}×"
            print(f"{figure.name:58s} {figure.value:14,.3f} {figure.unit:12s} {ratio:>9s} against {figure.against}  (aim {figure.aim})", flush=True)
            figures.append(figure)
    target = Path("build") / "bench.json"
    target.parent.mkdir(exist_ok=True)
    target.write_text(json.dumps([figure.as_json() for figure in figures], ensure_ascii=False, indent=2) + "\n", "utf-8")
    print(f"written: {target}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
