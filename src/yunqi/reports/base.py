"""What a report is, which there are (by folder), and how one is written."""

from __future__ import annotations

import contextvars
import gettext
import importlib
import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Protocol, cast

import yaml

from yunqi.kernel.errors import Problem
from yunqi.kernel.words import use_catalogue
from yunqi.reports.clean import clean_data

_HERE = Path(__file__).parent


class Gather(Protocol):
    """`gather.py` of a report."""

    def gather(self, data: Mapping[str, Any]) -> dict[str, Any]:
        """The words and figures of the document, as its layout names them; pure. `made_at` dates the document."""


class Format(Protocol):
    """How one kind of layout becomes bytes."""

    def render(self, view: Mapping[str, Any], layout: Path) -> bytes:
        """The document; the same bytes for the same view."""


@dataclass(frozen=True, slots=True)
class Report:
    """One kind of document. `takes` names the data: statement, erasure, requirements; `suffix` is the file's ending."""

    name: str
    title: str
    takes: str
    suffix: str
    about: str
    folder: Path

    @property
    def layout(self) -> Path:
        """The file that says how it looks."""
        return next(path for path in sorted(self.folder.glob("layout.*")) if path.suffix in _FORMATS)


# The ending of the layout chooses the format; its library is imported when the first document of the kind is made.
_FORMATS = {".docx": "format_docx", ".typ": "format_typst", ".py": "format_xlsx"}


@cache
def list_reports() -> tuple[Report, ...]:
    """All reports, by name."""
    return tuple(_load(path.parent) for path in sorted(_HERE.glob("*/report.yaml")))


def _load(folder: Path) -> Report:
    fields = yaml.safe_load((folder / "report.yaml").read_text("utf-8"))
    return Report(name=folder.name, folder=folder, **{key: str(value) for key, value in fields.items()})


def load_report(name: str) -> Report:
    """The report of that name; raises `Problem` report.unknown."""
    reports = {report.name: report for report in list_reports()}
    if name not in reports:
        raise Problem(
            "report.unknown",
            "没有名为「{name}」的报表",
            field="name",
            name=name,
            names="、".join(reports),
            way_out="可用的报表：{names}",
        )
    return reports[name]


def render_report(name: str, data: Mapping[str, Any], target: Path) -> Path:
    """Writes the report to `target` whole or not at all, and returns the path; the same data gives the same bytes.

    Raises `Problem` report.unknown, report.data (the data is not what the report takes), report.suffix,
    report.unwritable, report.no_fonts.
    """
    report = load_report(name)
    if target.suffix.lower() != report.suffix:
        raise Problem(
            "report.suffix",
            "报表「{title}」的文件名应以 {suffix} 结尾，而不是「{value}」",
            field="target",
            title=report.title,
            suffix=report.suffix,
            value=target.name,
            way_out="请把目标文件名改为以 {suffix} 结尾",
        )
    return write_document(render_bytes(name, data), target)


def render_bytes(name: str, data: Mapping[str, Any]) -> bytes:
    """The report; the same data gives the same bytes. Raises `Problem` report.unknown, report.data, report.no_fonts."""
    return contextvars.copy_context().run(_render, load_report(name), data)


def _render(report: Report, data: Mapping[str, Any]) -> bytes:
    use_catalogue(gettext.NullTranslations())
    gather = cast("Gather", importlib.import_module(f"yunqi.reports.{report.name}.gather"))
    layout = report.layout
    form = cast("Format", importlib.import_module(f"yunqi.reports.{_FORMATS[layout.suffix]}"))
    return form.render(gather.gather(clean_data(data)), layout)


def write_document(content: bytes, target: Path) -> Path:
    """Writes a document whole or not at all; returns where it lies. Raises `Problem` report.unwritable."""
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=target.parent, prefix=f".{target.name}.", delete=False) as file:
            file.write(content)
        part = Path(file.name)
        part.chmod(0o644)
        os.replace(part, target)  # noqa: PTH105 - one atomic step
    except OSError as error:
        raise Problem(
            "report.unwritable",
            "无法写入文件 {path}：{reason}",
            field="target",
            path=str(target),
            reason=error.strerror or str(error),
            way_out="请检查文件夹是否存在、是否可写、磁盘是否已满",
        ) from error
    return target
