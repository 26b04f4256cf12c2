"""How exactly contracts of many layouts are read: precision and recall by clause kind; clean, damaged, scanned.

`YUNQI_BENCH_SEEDS` says how many contracts a layout (10), `YUNQI_BENCH_SCANS` how many are scanned (1; 5 to 8 seconds a
page).
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable

from tests.kits.maker import make_contract
from tests.kits.maker.compare import Tally
from tests.kits.maker.compare import measure as compare
from tests.kits.maker.layouts import LAYOUTS

from bench.figures import Figure
from yunqi.contract import read_contract
from yunqi.kernel.errors import Problem

SEEDS = int(os.environ.get("YUNQI_BENCH_SEEDS", "10"))
SCANS = int(os.environ.get("YUNQI_BENCH_SCANS", "1"))
GROUPS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("clean", ("txt", "pipe", "md", "docx", "pdf")),
    ("damaged", ("noisy", "split")),
    ("blurred", ("blurred",)),
)
_PDF_SEEDS = 2  # setting a PDF takes longer than reading it


def measure() -> Iterable[Figure]:
    """By group of formats and clause kind; the figure is recall, precision stands beside it."""
    for group, formats in GROUPS:
        sums: dict[str, Tally] = {}
        refused = files = 0
        for layout in LAYOUTS:
            for form in formats:
                for seed in range(min(SEEDS, _PDF_SEEDS) if form == "pdf" else SEEDS):
                    files += 1
                    refused += not _add(sums, seed, layout, form)
        yield from _figures(group, sums, files, refused)
    sums = {}
    refused = sum(not _add(sums, seed, "county", "scan") for seed in range(SCANS))
    yield from _figures("scanned", sums, SCANS, refused)


def _add(sums: dict[str, Tally], seed: int, layout: str, form: str) -> bool:
    """Reads one file into the sums; False when it was refused, and all its figures are missing."""
    made = make_contract(seed, layout)
    read = {}
    with contextlib.suppress(Problem):
        read = read_contract(*made.render(form)).model_dump(mode="json")
    for kind, tally in compare(made.truth, read).items():
        sums.setdefault(kind, Tally()).add(tally)
    return bool(read)


def _figures(group: str, sums: dict[str, Tally], files: int, refused: int) -> Iterable[Figure]:
    whole = Tally()
    for kind, tally in sorted(sums.items()):
        yield _figure(f"{group}: {kind}", tally)
        whole.add(tally)
    yield _figure(f"{group}: all of {files} files, {refused} refused", whole)


def _figure(name: str, tally: Tally) -> Figure:
    count = tally.right + tally.wrong + tally.missing + tally.uncertain
    against = (
        f"precision {tally.precision:.4f}, {tally.wrong} invented, {tally.uncertain} marked unsure, of {count} figures"
    )
    return Figure(f"recall, {name}", tally.recall, "", against, None, "1.0, none invented")
