"""Search on the wire: one box over everything that the caller may see."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from yunqi.wire.base import Answer, Request

Group = Literal[
    "contract",
    "line",
    "system",
    "resource",
    "work_order",
    "incident",
    "person",
    "organisation",
    "document",
    "statement",
]


class Search(Request):
    """Words to look for: any part of a name, a number, an id or an address; `group` for one kind of thing only."""

    text: Annotated[str, Field(min_length=1, max_length=60)]
    group: Group | None = None


class Hit(Answer):
    """One thing that was found: what to open, its name, and where the words stand in it."""

    object: str
    object_id: str
    title: str
    sub: str = ""
    found_in: str = ""
    contract_id: str | None = None
    contract_number: str | None = None


class HitGroup(Answer):
    """The best hits of one kind; `more`: there are more of them."""

    group: Group
    name: str
    items: tuple[Hit, ...]
    more: bool


class SearchAnswer(Answer):
    """All groups in which something was found, the kind with the best hit first."""

    text: str
    groups: tuple[HitGroup, ...]
