"""One made contract: its text, its truth, and how reading differs; or a table over many.

python -m tests.kits.maker SEED LAYOUT [--format txt] [--text] [--truth] [--show-diff]
python -m tests.kits.maker --many 20 [LAYOUT] [--format txt]
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter

from tests.kits.maker import FORMS, make_contract
from tests.kits.maker.compare import Tally, measure
from tests.kits.maker.layouts import LAYOUTS
from tests.kits.maker.render import render_text

from yunqi.contract import read_contract
from yunqi.kernel.errors import Problem


def main(words: list[str]) -> int:
    """Prints; 1 when something was read wrongly or not at all."""
    parser = argparse.ArgumentParser(prog="maker", description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("what", nargs="*", help=f"SEED LAYOUT, or with --many a LAYOUT of {', '.join(LAYOUTS)}")
    parser.add_argument("--format", default="txt", choices=FORMS)
    parser.add_argument("--many", type=int, default=0, help="read that many seeds and print the sums by clause kind")
    parser.add_argument("--text", action="store_true")
    parser.add_argument("--truth", action="store_true")
    parser.add_argument("--show-diff", action="store_true", help="text, truth and differences")
    parser.add_argument("--kind", default="", help="show differences of this clause kind only")
    given = parser.parse_args(words)
    if given.many:
        return _many(given.what or list(LAYOUTS), given.many, given.format, given.kind)
    made = make_contract(int(given.what[0]), given.what[1] if len(given.what) > 1 else None)
    if given.text or given.show_diff:
        print(render_text(made.blocks))
    if given.truth or given.show_diff:
        print(json.dumps(made.truth, ensure_ascii=False, indent=1))
    tallies = measure(made.truth, read_contract(*made.render(given.format)).model_dump(mode="json"))
    for tally in tallies.values():
        for line in tally.differences:
            print("-", line)
    return int(any(tally.differences for tally in tallies.values()))


def _many(layouts: list[str], seeds: int, form: str, kind: str) -> int:
    sums: dict[str, Tally] = {}
    problems: Counter[str] = Counter()
    for layout in layouts:
        for seed in range(seeds):
            made = make_contract(seed, layout)
            try:
                read = read_contract(*made.render(form)).model_dump(mode="json")
            except Problem as problem:
                problems[f"{layout} {seed}: {problem.code} {problem}"] += 1
                read = {}
            for name, tally in measure(made.truth, read).items():
                tally.differences = [f"{layout} {seed}: {line}" for line in tally.differences] if read else []
                sums.setdefault(name, Tally()).add(tally)
    for name, tally in sums.items():
        if kind and kind not in name:
            continue
        for line in tally.differences if kind else []:
            print("-", line[:300])
        print(
            f"{name:26s} precision {tally.precision:8.4f} recall {tally.recall:8.4f}  right {tally.right:6d} wrong {tally.wrong:5d} missing {tally.missing:5d} uncertain {tally.uncertain:5d}"
        )
    for words, count in problems.most_common():
        print(f"{count} × {words[:200]}")
    return int(bool(problems) or any(tally.differences for tally in sums.values()))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
