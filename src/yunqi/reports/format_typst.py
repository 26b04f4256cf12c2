"""PDF through typst: always PDF/A-2b, only fonts we name, data as JSON and never as markup."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from yunqi.kernel.clock import parse_instant
from yunqi.reports.fonts import find_fonts, show_missing

_ROOT = Path(__file__).parent


def render(view: Mapping[str, Any], layout: Path) -> bytes:
    """The PDF. `view["made_at"]` dates it; without a standard a missing glyph would silently be an empty box."""
    import typst

    fonts = find_fonts()
    made_at = parse_instant(str(view["made_at"])) if view.get("made_at") else datetime(1980, 1, 1, tzinfo=UTC)
    pdf = typst.compile(
        layout,
        root=_ROOT,
        font_paths=[fonts],
        ignore_system_fonts=True,
        format="pdf",
        pdf_standards="a-2b",
        timestamp=made_at.replace(microsecond=0),
        sys_inputs={"data": json.dumps(_printable(view, fonts), ensure_ascii=False)},
    )
    if not isinstance(pdf, bytes):
        raise TypeError(f"typst gave {type(pdf)} for {layout.name}")
    return pdf


def _printable(value: Any, fonts: Path) -> Any:
    if isinstance(value, str):
        return show_missing(value, fonts)
    if isinstance(value, Mapping):
        return {key: _printable(item, fonts) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_printable(item, fonts) for item in value]
    return value
