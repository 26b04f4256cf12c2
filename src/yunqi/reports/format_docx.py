"""Word documents from a template that a clerk can edit in Word: the city's own form replaces ours without code."""

from __future__ import annotations

import io
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from yunqi.kernel.clock import parse_instant
from yunqi.kernel.frozen_zip import freeze_zip
from yunqi.reports.plots import WIDTH_MM, Plot, draw_plot

_LONGEST = 255
"""Characters of a title among a document's properties; what is printed is whole."""


def render(view: Mapping[str, Any], layout: Path) -> bytes:
    """The document. `view["made_at"]` dates it; a place of the template without a value raises, never left blank.

    A `Plot` in the view is drawn where the template names it.
    """
    from docxtpl import DocxTemplate
    from jinja2 import Environment, StrictUndefined

    template = DocxTemplate(layout)
    # docxtpl escapes XML through this environment; the output is no HTML.
    template.render(
        _place_plots(template, view), Environment(undefined=StrictUndefined, autoescape=True), autoescape=True
    )
    made_at = parse_instant(str(view["made_at"])) if view.get("made_at") else datetime(1980, 1, 1, tzinfo=UTC)
    core = template.docx.core_properties
    core.title, core.author, core.last_modified_by, core.revision = str(view["title"])[:_LONGEST], "", "", 1
    core.created = core.modified = made_at.replace(tzinfo=None, microsecond=0)
    buffer = io.BytesIO()
    template.save(buffer)
    return freeze_zip(buffer.getvalue())


def _place_plots(template: Any, value: Any) -> Any:
    """The same value, each plot in it a picture as wide as the text."""
    if isinstance(value, Plot):
        from docx.shared import Mm
        from docxtpl import InlineImage

        return InlineImage(template, io.BytesIO(draw_plot(value)), width=Mm(WIDTH_MM))
    if isinstance(value, Mapping):
        return {key: _place_plots(template, item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_place_plots(template, item) for item in value]
    return value
