"""Writes the templates of all Word documents beside their words: `python -m yunqi.reports.make_layouts`.

They are committed, because a city or an organisation may replace one by its own form, edited in Word; this program only
makes the first ones.
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

from yunqi.reports import make_fault_layouts, make_letter_layouts, make_plan_layouts

_HERE = Path(__file__).parent


def make_layouts() -> Iterator[tuple[Path, bytes]]:
    """Each template with where it lies; the same bytes each time."""
    for path in sorted(_HERE.glob("*/make_layout.py")):
        module = import_module(f"yunqi.reports.{path.parent.name}.make_layout")
        yield path.with_name("layout.docx"), module.make_layout()
    for program in (make_fault_layouts, make_plan_layouts):
        for name in program.LAYOUTS:
            yield _HERE / name / "layout.docx", program.make_layout(name)
    for name, columns in make_letter_layouts.LAYOUTS.items():
        yield _HERE / name / "layout.docx", make_letter_layouts.make_layout(columns)


if __name__ == "__main__":
    for path, content in make_layouts():
        path.write_bytes(content)
