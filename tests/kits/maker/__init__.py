"""Makes contracts of many layouts with their truth, renders them clean or damaged, and measures what was read.

`make_contract(seed, layout)` gives the same contract for the same seed. All names are invented, all sentences ours.
"""

from __future__ import annotations

import random
import zlib
from dataclasses import dataclass
from typing import Any

from tests.kits.maker.draft import Block
from tests.kits.maker.facts import draw_facts
from tests.kits.maker.layouts import LAYOUTS
from tests.kits.maker.noise import blur, disturb, split_tables
from tests.kits.maker.paper import render_pdf, render_scan
from tests.kits.maker.render import TABLE_FORMS, render_markdown, render_text
from tests.kits.maker.word import render_word


@dataclass(frozen=True)
class Made:
    """A contract in the document model, and what a careful reader would say it holds (in contract-json form)."""

    seed: int
    layout: str
    blocks: tuple[Block, ...]
    truth: dict[str, Any]

    def render(self, form: str) -> tuple[bytes, str]:
        """The file's bytes and name. Forms: `FORMS`."""
        name = f"{self.layout}-{self.seed}"
        if form == "docx":
            return render_word(self.blocks, self.seed), f"{name}.docx"
        if form == "pdf":
            return render_pdf(self.blocks), f"{name}.pdf"
        if form == "scan":
            return render_scan(self.blocks, self.seed), f"{name}.pdf"
        if form in DAMAGES:
            text = DAMAGES[form](render_text(self.blocks), self.seed)
            return text.encode(), f"{name}.txt"
        if form == "md":
            return render_markdown(self.blocks).encode(), f"{name}.md"
        tables = "tab" if form == "txt" else form
        if tables not in TABLE_FORMS:
            raise ValueError(form)
        return render_text(self.blocks, tables).encode(), f"{name}.txt"


DAMAGES = {"noisy": disturb, "split": split_tables, "blurred": blur}
FORMS = ("txt", "pipe", "aligned", "md", "docx", "pdf", "scan", *DAMAGES)
"""txt has tab tables; noisy, split and blurred are damaged texts; scan is slow (seconds a page)."""


def make_contract(seed: int, layout: str | None = None) -> Made:
    """The contract of a seed; the layout is drawn where none is given."""
    name = layout or sorted(LAYOUTS)[seed % len(LAYOUTS)]
    pick = random.Random(zlib.crc32(f"{name} {seed}".encode()))
    draft = LAYOUTS[name](pick, draw_facts(pick))
    return Made(seed, name, tuple(draft.blocks), draft.truth)
