"""Pages whose rows go from the database to the wire without a model between: the answer's bytes are the same.

A list whose fields are columns of its query reads them with `read_rows`; it takes a fifth of the time.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from hashlib import sha256
from typing import Any, Generic, TypeVar

import orjson

from yunqi.operations.actions.base import Desk
from yunqi.store.listing import Listing, RawPage, keep_while_unchanged, read_raw_page
from yunqi.wire.base import Answer, ListRequest, Page

Item = TypeVar("Item", bound=Answer)


class RowPage(Generic[Item]):
    """A page as JSON; the models it stands for are made when somebody asks for them."""

    def __init__(self, model: type[Item], body: bytes) -> None:
        self.model = model
        self.body = body

    @cached_property
    def etag(self) -> str:
        """The strong validator of the bytes, with its quotes."""
        return etag_of(self.body)

    @cached_property
    def page(self) -> Page[Item]:
        """The same as a model."""
        return Page[self.model].model_validate_json(self.body)  # type: ignore[name-defined]

    @property
    def items(self) -> tuple[Item, ...]:
        """Its rows as models."""
        return self.page.items

    @property
    def next_cursor(self) -> str | None:
        """The cursor of the next page, None when this is the last."""
        return self.page.next_cursor


def read_rows(desk: Desk, listing: Listing, request: ListRequest, model: type[Item]) -> RowPage[Item]:
    """The page that a request asks for of a listing whose query selects every field of the model under its name.

    Raises `Problem` list.sort and list.cursor.
    """
    limit, cursor, sort = request.limit, request.cursor, request.sort

    def make() -> RowPage[Item]:
        fields = tuple(model.model_fields)
        raw = read_raw_page(desk.connection, listing, fields=fields, limit=limit, cursor=cursor, sort=sort)
        return RowPage(model, render_rows(raw, fields))

    return keep_while_unchanged(desk.connection, listing, (model, limit, cursor, sort), make)


def etag_of(content: bytes) -> str:
    """The strong validator of bytes, with its quotes."""
    return f'"{sha256(content, usedforsecurity=False).hexdigest()[:24]}"'


def render_rows(raw: RawPage, fields: tuple[str, ...]) -> bytes:
    """The bytes that the page's models would give: JSON without spaces, instants without empty fractions."""
    if not raw.rows:
        return b'{"items":[],"next_cursor":null}'
    # By columns: most of them go as they are, and one that is null throughout costs nothing.
    columns: list[Iterable[Any]] = list(zip(*raw.rows, strict=True))
    for number, form in enumerate(raw.forms):
        texts = columns[number]
        if form == "plain" or not any(texts):
            continue
        if form == "instant":
            columns[number] = [text and text.replace(".000000Z", "Z") for text in texts]
        else:
            columns[number] = [None if text is None else orjson.Fragment(text) for text in texts]
    # The columns of the order stand after the fields, and end with them.
    items = [dict(zip(fields, values, strict=False)) for values in zip(*columns, strict=True)]
    return orjson.dumps({"items": items, "next_cursor": raw.following})
