"""Reading a scanned contract into data, against the bare recognition of the same pages.

`YUNQI_BENCH_SCAN_TURNS` says how many times (2); how exactly scans are read stands in `contract_accuracy`.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from functools import partial

import pypdfium2
from tests.kits.maker import make_contract
from tests.kits.maker.paper import DPI

from bench.figures import Figure, paired_medians
from yunqi.contract import read_contract

TURNS = int(os.environ.get("YUNQI_BENCH_SCAN_TURNS", "2"))


def measure() -> Iterable[Figure]:
    """One contract of tables and one of sentences, each with the start of the recogniser."""
    for layout, seed in (("figures", 3), ("county", 0)):
        content, name = make_contract(seed, layout).render("scan")
        pages = len(pypdfium2.PdfDocument(content))
        ours_s, bare_s = paired_medians(
            partial(read_contract, content, name),
            partial(recognise, content),
            TURNS,
        )
        against = f"RapidOCR on the same pages, {bare_s / pages:.1f} s a page"
        yield Figure(
            f"scan: {pages} pages read into data", ours_s / pages, "s a page", against, ours_s / bare_s, "≤ 1.1×"
        )


def recognise(content: bytes) -> int:
    """How many lines the bare recogniser finds on the pages, on as many threads."""
    from rapidocr_onnxruntime import RapidOCR

    recogniser = RapidOCR(intra_op_num_threads=min(4, len(os.sched_getaffinity(0))))
    count = 0
    for page in pypdfium2.PdfDocument(content):
        found, _elapsed = recogniser(page.render(scale=DPI / 72).to_numpy())
        count += len(found or ())
    return count
