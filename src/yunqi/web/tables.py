"""A table described once: its columns render as HTML, as cards on a phone, and as a workbook."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from fractions import Fraction
from typing import Any, Literal
from urllib.parse import urlencode

from markupsafe import Markup, escape

from yunqi.kernel.words import _
from yunqi.web import badges, figures

Kind = Literal["text", "long", "code", "money", "int", "percent", "instant", "date", "state", "html"]
"""text: words; long: words that may wrap to several lines; code: an identifier; money: whole fen; int: a count;
percent: an exact share of one; instant: UTC, shown in Beijing time; date: a day; state: a code of `badges.STATES`;
html: `Markup` of the page's own (a workbook writes the text of `export`)."""
Plain = str | int | Fraction | datetime | date | None
RIGHT = frozenset({"money", "int", "percent"})
_MAX_EXPORT_ROWS = 50_000
SIZES = (20, 50, 100)


@dataclass(frozen=True, slots=True)
class Column:
    """One column.

    `value`: a row to its value; without it the row's attribute or item `key` (dots go deeper). `link`: a row to the
    address that the cell leads to, "" for none. `sort`: the name that the list's action sorts by. `of`: the table of
    `badges.STATES` for a state. `main`: the cell is the head of the card on a phone, and its link that of the row.
    `numeric`: the text is a figure (a decimal, a share) and stands to the right. `export`: a row to what the workbook
    has instead.
    """

    key: str
    head: str
    kind: Kind = "text"
    value: Callable[[Any], Any] | None = None
    link: Callable[[Any], str] | None = None
    sort: str = ""
    of: str = ""
    numeric: bool = False
    main: bool = False
    export: Callable[[Any], Any] | None = None
    help: str = ""

    def of_row(self, row: Any) -> Any:
        """The value of the cell."""
        if self.value is not None:
            return self.value(row)
        found = row
        for part in self.key.split("."):
            if found is None:
                return None
            found = found.get(part) if isinstance(found, Mapping) else getattr(found, part)
        return found

    def render(self, row: Any) -> Markup:
        """The cell as HTML."""
        shown = render_value(self.kind, self.of_row(row), self.of)
        address = self.link(row) if self.link else ""
        if not address:
            return shown
        style = "yq-row-link" if self.main else ""
        return Markup(f'<a href="{escape(address)}" class="{style}">{escape(shown)}</a>')  # noqa: S704

    @property
    def right(self) -> bool:
        """Whether cells are aligned to the right."""
        return self.numeric or self.kind in RIGHT


def render_value(kind: str, value: Any, of: str = "") -> Markup:
    """A value as HTML."""
    if value is None or value == "":
        return figures.nothing()
    match kind:
        case "money":
            return figures.money(value)
        case "int":
            return figures.whole(value)
        case "percent":
            return figures.percent(value)
        case "instant":
            return figures.instant(value)
        case "date":
            return figures.day(value)
        case "state":
            return badges.state(of, value)
        case "code":
            return Markup(f"<code>{escape(value)}</code>")  # noqa: S704
        case "long":
            return Markup(f'<span class="yq-long">{escape(value)}</span>')  # noqa: S704
        case _:
            return escape(value)


def plain_value(kind: str, value: Any, of: str = "") -> Plain:
    """A value as a workbook takes it: figures as figures, else text."""
    if value is None or value == "":
        return None
    match kind:
        case "money" | "int":
            return int(value)
        case "percent":
            return Fraction(value)
        case "instant":
            return figures.instant_of(value)
        case "date":
            return value if isinstance(value, date) else date.fromisoformat(str(value))
        case "state":
            return badges.state_words(of, str(value))
        case "html":
            return Markup(value).striptags()  # noqa: S704
        case _:
            return str(value)


@dataclass(frozen=True, slots=True)
class Filter:
    """One field above the table. With `choices` (value, words) a list to choose from; kind `date` or `month` a date."""

    name: str
    label: str
    choices: tuple[tuple[str, str], ...] = ()
    kind: Literal["text", "date", "month"] = "text"


@dataclass(frozen=True, slots=True)
class Empty:
    """What stands where no row is: that there is none, what to do first, and the way there."""

    title: str
    text: str = ""
    link: str = ""
    words: str = ""
    icon: str = "inbox"


@dataclass(frozen=True, slots=True)
class Table:
    """A table: its name (for the file), title, columns, filters, what an empty one says."""

    name: str
    title: str
    columns: Sequence[Column]
    filters: Sequence[Filter] = ()
    empty: Empty | None = None
    export: bool = True
    default_sort: str = ""


@dataclass(frozen=True, slots=True)
class Query:
    """What a reader is asked for: filters that are set, the sort (with "-" for falling), where to go on, how many."""

    filters: Mapping[str, str] = field(default_factory=dict)
    sort: str = ""
    cursor: str = ""
    limit: int = SIZES[0]


@dataclass(frozen=True, slots=True)
class Rows:
    """What a reader gives: rows, and the cursor of the next page, "" at the end; the total when it is known."""

    rows: Sequence[Any]
    next_cursor: str = ""
    total: int | None = None


Reader = Callable[[Query], Rows]


@dataclass(frozen=True, slots=True)
class Listing:
    """A table with the rows of one page, and the links that sort, filter and turn it."""

    table: Table
    found: Rows
    query: Query
    path: str
    params: Mapping[str, str] = field(default_factory=dict)

    @property
    def rows(self) -> Sequence[Any]:
        """The rows of this page."""
        return self.found.rows

    @property
    def is_filtered(self) -> bool:
        """Whether a filter is set."""
        return bool(self.query.filters)

    def _link(self, **changes: str) -> str:
        kept = {**self.params, **changes}
        words = urlencode({name: value for name, value in kept.items() if value})
        return f"{self.path}?{words}" if words else self.path

    def sort_link(self, column: Column) -> str:
        """Sorts by the column; told again, the other way round."""
        rising = self.query.sort != column.sort
        return self._link(sort=column.sort if rising else f"-{column.sort}", cursor="", back="")

    def sorted_by(self, column: Column) -> str:
        """`ascending`, `descending` or "", as ARIA says it."""
        if not column.sort or self.query.sort.lstrip("-") != column.sort:
            return ""
        return "descending" if self.query.sort.startswith("-") else "ascending"

    @property
    def next_link(self) -> str:
        """The next page, "" at the end."""
        if not self.found.next_cursor:
            return ""
        return self._link(cursor=self.found.next_cursor, back=self.query.cursor or "-")

    @property
    def previous_link(self) -> str:
        """The page before, as far as it is known; else the first; "" on the first."""
        if not self.query.cursor:
            return ""
        back = self.params.get("back", "")
        return self._link(cursor="" if back == "-" else back, back="")

    @property
    def first_link(self) -> str:
        """The first page, "" when this is it."""
        return self._link(cursor="", back="") if self.query.cursor else ""

    @property
    def export_link(self) -> str:
        """The workbook of all rows, with these filters and this sort."""
        return self._link(format="xlsx", cursor="", back="")

    @property
    def size_links(self) -> list[tuple[int, str]]:
        """How many rows a page may have, each with its address; "" for the present number."""
        if not self.path:
            return []
        sizes = [
            (size, "" if size == self.query.limit else self._link(limit=str(size), cursor="", back=""))
            for size in SIZES
        ]
        return sizes if self.next_link or self.previous_link or self.query.limit != SIZES[0] else []

    @property
    def clear_link(self) -> str:
        """The same list without filters."""
        return self._link(cursor="", back="", **dict.fromkeys(self.query.filters, ""))

    @property
    def body(self) -> Markup:
        """The rows as HTML: put together here, for a template takes five times as long over some hundred cells."""
        main = self.main_column
        columns = []
        for column in self.table.columns:
            style = (
                f"{'yq-right ' if column.right else ''}{'yq-card-head ' if column is main else ''}yq-kind-{column.kind}"
            )
            start = f'<td data-head="{escape(column.head)}" class="{style}"><span class="yq-cell">'
            columns.append((start, column.render))
        lines = []
        for row in self.rows:
            cells = "".join([f"{start}{escape(render(row))}</span></td>" for start, render in columns])
            lines.append(f"<tr>{cells}</tr>")
        return Markup("\n".join(lines))  # noqa: S704 - each part is escaped above

    @property
    def main_column(self) -> Column:
        """The column that heads a card."""
        return next((column for column in self.table.columns if column.main), self.table.columns[0])


def query_of(table: Table, params: Mapping[str, str]) -> Query:
    """What the address of a list asks for; a sort or a number of rows that there is not is left out."""
    names = {each.name for each in table.filters}
    sorts = {column.sort for column in table.columns if column.sort}
    wanted = params.get("sort", "")
    limit = params.get("limit", "")
    return Query(
        filters={name: params[name].strip()[:200] for name in names if params.get(name, "").strip()},
        sort=wanted if wanted.lstrip("-") in sorts else table.default_sort,
        cursor=params.get("cursor", "")[:2000],
        limit=int(limit) if limit.isdecimal() and int(limit) in SIZES else SIZES[0],
    )


def read_all(reader: Reader, query: Query) -> Iterator[Any]:
    """Every row, page by page, up to the most that a workbook takes."""
    asked, count = replace(query, cursor="", limit=SIZES[-1]), 0
    while True:
        found = reader(asked)
        for row in found.rows:
            if count == _MAX_EXPORT_ROWS:
                return
            yield row
            count += 1
        if not found.next_cursor or found.next_cursor == asked.cursor:
            return
        asked = replace(asked, cursor=found.next_cursor)


def fixed(rows: Sequence[Any]) -> Reader:
    """A reader of rows that are all there: for short lists, and for parts of a page."""
    return lambda _query: Rows(rows, total=len(rows))


def listing_of(table: Table, rows: Sequence[Any]) -> Listing:
    """A short table within a page: all rows, no filters, no pages."""
    return Listing(table, Rows(rows, total=len(rows)), Query(limit=max(len(rows), 1)), "", {})


def count_words(listing: Listing) -> str:
    """How many rows are shown, in words."""
    if listing.found.total is not None and not listing.next_link and not listing.query.cursor:
        return _("共 {count} 条", count=f"{listing.found.total:,}")
    if listing.found.total is not None:
        return _("本页 {count} 条，共 {total} 条", count=len(listing.rows), total=f"{listing.found.total:,}")
    return _("本页 {count} 条", count=len(listing.rows))
