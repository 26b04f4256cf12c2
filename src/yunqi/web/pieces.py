"""What the macros for time and sources take: plain values with their names."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from markupsafe import Markup

Shown = str | Markup


@dataclass(frozen=True, slots=True)
class Happening:
    """Something that happened: when, what, by whom, a note, and a colour of the badges."""

    at: datetime | str
    words: str
    by: str = ""
    note: Shown = ""
    colour: str = "grey"


@dataclass(frozen=True, slots=True)
class Deadline:
    """Something that must happen in time: the clause that says so, and what it costs when it does not."""

    words: str
    until_at: datetime | str
    start_at: datetime | str | None = None
    done_at: datetime | str | None = None
    clause: Shown = ""
    cost: Shown = ""
    href: str = ""


@dataclass(frozen=True, slots=True)
class Words:
    """Where a figure stands: the exact words with what stands before and after them, in which document.

    `position`: page, table cell or line; `sm3`: of the document; `reading`: what the parties agreed that it means.
    """

    words: str
    document: str
    article: str = ""
    position: str = ""
    before: str = ""
    after: str = ""
    sm3: str = ""
    reading: str = ""
