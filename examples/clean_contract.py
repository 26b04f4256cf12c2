"""A contract without a finding: the base of the review's cases, as a Word file."""

from __future__ import annotations

import re
from datetime import datetime
from importlib.resources import files

import yaml
from word_file import WordFile

_WIDTH_CM = 15.5


def build() -> WordFile:
    sections = yaml.safe_load((files("yunqi.contract.review") / "cases" / "base.yaml").read_text("utf-8"))
    lines = [line for section in sections.values() for line in section.splitlines() if line.strip()]
    word = WordFile(lines[0], datetime(2026, 6, 1))  # noqa: DTZ001
    word.title(lines[0])
    rows: list[list[str]] = []
    for line in [*lines[1:], ""]:
        if line.startswith("|"):
            if not line.startswith("| ---"):
                rows.append([cell.strip() for cell in line.strip("|").split("|")])
            continue
        if rows:
            word.table(rows[0], rows[1:], [_WIDTH_CM / len(rows[0])] * len(rows[0]))
            rows = []
        if re.match(r"第[一二三四五六七八九十]+条 ", line):
            word.heading(line)
        elif line.startswith("附件"):
            word.heading(line, new_page=True)
        elif line:
            word.text(line)
    return word
