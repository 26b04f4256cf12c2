"""A contract's structure: the article, item and annex of each sentence and table, whatever the numbering style."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from yunqi.contract.documents import Document, Paragraph, Place, Plain, Table, squeeze
from yunqi.contract.documents.choices import find_unticked, has_choices, keep_ticked
from yunqi.contract.documents.numbering import render_chinese

_NUMERAL = "[一二三四五六七八九十百零〇]"
_MARKS: dict[str, re.Pattern[str]] = {
    "article": re.compile(rf"^第({_NUMERAL}+|\d+)条[\s、:：.．]*"),
    "chinese": re.compile(rf"^({_NUMERAL}{{1,3}})[、.．]\s*"),
    "chinese_in_brackets": re.compile(rf"^[（(]({_NUMERAL}{{1,3}})[)）][\s、.]*"),
    "dotted": re.compile(r"^(\d{1,2}(?:[.．]\d{1,2})+)(?=\s*[^\s\d%％])[.．、\s]*"),
    "decimal": re.compile(r"^(\d{1,2})[.．、](?!\d)\s*"),
    "decimal_in_brackets": re.compile(r"^[（(](\d{1,2})[)）][\s、.]*"),
    "decimal_half_bracket": re.compile(r"^(\d{1,2})[)）]\s*"),
    "circled": re.compile(r"^([①-⑳])\s*"),
}
SPACED = re.compile(r"^(\d{1,2})[ \t\u3000]+(?=[一-龥])")
"""「1 服务范围」 above 「1.1」: a number and a blank, in a text whose items have dotted numbers. Source: GB/T 1.1."""
_TOP_MARKS = {**_MARKS, "spaced": SPACED}
_CHAPTER = re.compile(rf"^第(?:{_NUMERAL}+|\d+)[章节编][\s、:：.．]*([^。;；,，:：]{{2,20}})$")
"""A heading above articles; an article without one of its own is under it."""
SIGNATURE_PAGE = "签署页"
_ANNEX = re.compile(
    rf"^附[件录表]\s*({_NUMERAL}{{1,3}}|\d{{1,2}})(?!\d|\s*[条款项所中规]|\s*[、,，]\s*\d)\s*[:：、.]?\s*(.*)$"
)
_ANNEX_LIST = re.compile(r"^附件[:：]?\s*(.*)$")
_END_OF_BODY = re.compile(r"以下无正文|此页无正文|签署页")
_TERMINAL = tuple("。;；:：!！?？")
_LABEL = re.compile(r"^[^,，。()（）;；]{1,12}[:：]")
_MIN_TOP = 3
_LONG_LINE = 20
_FULL_LINE = 30
_HEADING_LENGTH = 20
_BARE_LEAST, _BARE_MOST = 2, 12


@dataclass(frozen=True, slots=True)
class Clause:
    """A numbered item (or an unnumbered paragraph) with its lines joined. `part` is "" for the body, else the annex."""

    article: str
    heading: str
    part: str
    part_title: str
    plain: Plain
    place: Place
    is_heading: bool = False

    @property
    def text(self) -> str:
        """The comparable text."""
        return self.plain.text


@dataclass(frozen=True, slots=True)
class PlacedTable:
    """A table with where it stands; `lead` is the last text before it, comparable."""

    article: str
    heading: str
    part: str
    part_title: str
    lead: str
    table: Table


@dataclass(slots=True)
class Outline:
    """The clauses and tables of a document in order; `front` stands before the first article, `back` after the last."""

    document: Document
    clauses: list[Clause] = field(default_factory=list)
    tables: list[PlacedTable] = field(default_factory=list)
    front: list[Clause] = field(default_factory=list)
    back: list[Clause] = field(default_factory=list)
    once: dict[str, Any] = field(default_factory=dict, repr=False, compare=False)
    """What was worked out of a finished outline, by what it is: asked for again, it is not worked out again."""

    def body(self) -> Iterator[Clause]:
        """The clauses of the contract itself, without its annexes and headings."""
        return (clause for clause in self.clauses if not clause.part and not clause.is_heading)

    def under(self, *words: str) -> list[Clause]:
        """The body's clauses whose article heading holds one of the words."""
        return [clause for clause in self.body() if any(word in clause.heading for word in words)]

    def everything(self) -> Iterator[Clause]:
        """Front, clauses, back."""
        yield from self.front
        yield from self.clauses
        yield from self.back


def plan_outline(document: Document) -> Outline:
    """The structure of a document."""
    return _Builder(document).build()


class _Builder:
    def __init__(self, document: Document) -> None:
        self.document = document
        self.outline = Outline(document)
        self.paragraphs = [block for block in document.blocks if isinstance(block, Paragraph)]
        self.annex_names = self._find_annex_names()
        self.top = ""
        self.items_are_dotted = False
        self.part = ""
        self.part_title = ""
        self.heading = ""
        self.chapter = ""
        self.top_number = 0
        self.last_item: tuple[int, bool] | None = None
        self.ended = False
        self.stack: list[tuple[str, str]] = []
        self.lines: list[str] = []
        self.open: Clause | None = None
        self.lead = ""
        self.has_choices = has_choices(document)
        self.unnumbered: dict[int, str] = {}

    def build(self) -> Outline:
        body = self._body_paragraphs()
        self.top = self._find_top(body)
        self.unnumbered = self._find_unnumbered(body)
        for index, block in enumerate(self.document.blocks):
            if isinstance(block, Table):
                self._close()
                table = keep_ticked(block) if self.has_choices else block
                self.outline.tables.append(
                    PlacedTable(self._article(), self.heading, self.part, self.part_title, self.lead, table)
                )
            else:
                self._take(block, index)
        self._close()
        return self.outline

    def _find_annex_names(self) -> frozenset[str]:
        names: set[str] = set()
        for index, paragraph in enumerate(self.paragraphs):
            match = _ANNEX_LIST.match(squeeze(paragraph.text))
            if match is None or len(paragraph.text) > 2 * _LONG_LINE:
                continue
            if match[1] and not _ANNEX.match(paragraph.text):
                names.add(match[1])
            for following in self.paragraphs[index + 1 : index + 12]:
                found = _MARKS["decimal"].match(following.text)
                if found is None:
                    break
                names.add(squeeze(following.text[found.end() :]))
        return frozenset(names)

    def _body_paragraphs(self) -> list[Paragraph]:
        for index, paragraph in enumerate(self.paragraphs):
            text = squeeze(paragraph.text)
            is_annex = _ANNEX.match(paragraph.text) is not None and len(text) < 2 * _LONG_LINE
            if _END_OF_BODY.search(text) or (is_annex and index > len(self.paragraphs) // 3):
                return self.paragraphs[:index]
        return self.paragraphs

    def _find_top(self, paragraphs: list[Paragraph]) -> str:
        counts: Counter[str] = Counter()
        for paragraph in paragraphs:
            kind, match = _mark_of(paragraph.text)
            if match is not None:
                counts[kind] += 1
        self.items_are_dotted = counts["dotted"] >= _MIN_TOP and counts["dotted"] > counts["decimal"]
        for kind in ("article", "chinese"):
            if counts[kind] >= _MIN_TOP:
                return kind
        return "spaced" if self.items_are_dotted and _are_spaced(paragraphs) else "decimal"

    def _find_unnumbered(self, paragraphs: list[Paragraph]) -> dict[int, str]:
        """The headings whose number is lost, by identity, with the number that is missing before the next article."""
        if self.top == "decimal" and not self.items_are_dotted:
            return {}  # an item's number is no other than an article's
        mark = _TOP_MARKS[self.top]
        marks = [(index, match) for index, one in enumerate(paragraphs) if (match := mark.match(one.text))]
        found: dict[int, str] = {}
        for (first, before), (last, after) in itertools.pairwise(marks):
            missing = _value(before[1]) + 1
            if _value(after[1]) != missing + 1:
                continue
            bare = [one for one in paragraphs[first + 1 : last] if _is_bare_heading(one.text)]
            if len(bare) == 1:
                said = str(missing) if squeeze(before[1]).isdecimal() else render_chinese(missing)
                found[id(bare[0])] = before[0].replace(before[1], said, 1)
        return found

    def _article(self) -> str:
        if self.ended and not self.part:
            return SIGNATURE_PAGE
        labels = [label for _, label in self.stack]
        text = labels[0] if labels else ""
        for previous, label in itertools.pairwise(labels):
            if label.startswith(previous + "."):
                text = text.removesuffix(previous) + label
            else:
                text += label if label.startswith("(") and previous[-1].isdigit() else " " + label
        return f"{self.part} {text}".strip()

    def _starts_annex(self, paragraph: Paragraph) -> tuple[str, str] | None:
        text = paragraph.text.strip()
        plain = squeeze(text)
        if len(plain) > 2 * _LONG_LINE or plain.endswith(("。", ";", ",")):
            return None
        match = _ANNEX.match(text)
        if match and (self.ended or self.part or self.stack) and not (self.lead.endswith("附件:") and not match[2]):
            number = match[1] if match[1].isascii() else str(int(_chinese_value(match[1])))
            return f"附件{number}", squeeze(match[2])
        if self.ended and plain in self.annex_names and not self.lead.startswith("附件"):
            return plain, plain
        return None

    def _take(self, paragraph: Paragraph, index: int) -> None:
        text = paragraph.text
        annex = self._starts_annex(paragraph)
        if annex is not None:
            self._close()
            self.part, self.part_title = annex
            self.heading, self.stack, self.top_number, self.last_item = self.part_title, [], 0, None
            following = [
                block for block in self.document.blocks[index + 1 : index + 400] if isinstance(block, Paragraph)
            ]
            end = next(
                (i for i, p in enumerate(following) if _ANNEX.match(p.text) and len(p.text) < _LONG_LINE),
                len(following),
            )
            self.top = self._find_top(following[:end])
            self.lead = squeeze(text)
            return
        if self.part and not self.part_title and len(text) <= 2 * _LONG_LINE and not self.stack:
            self.part_title = self.heading = squeeze(text)
        lost = "" if self.part or self.ended else self.unnumbered.get(id(paragraph), "")
        if lost:
            paragraph = replace(paragraph, text=lost + text)
            text = paragraph.text
        chapter = _CHAPTER.match(text)
        if chapter is not None and self.top == "article" and not (self.ended or self.part):
            self._close()
            self.chapter = squeeze(chapter[1])
            return
        kind, match = _mark_of(text)
        if match is None and self.top == "spaced":
            match = SPACED.match(text)
            kind = "spaced" if match is not None and int(match[1]) == self.top_number + 1 else ""
        if kind and match is not None and not (self.ended and not self.part):
            self._close()
            self._push(kind, match, paragraph)
            return
        if _END_OF_BODY.search(squeeze(text)) and not self.part:
            self._close()
            self.ended = True
        if self._continues(paragraph):
            self.lines.append(text)
            self.lead += squeeze(text)
            return
        self._close()
        self._open(paragraph, is_heading=False)

    def _push(self, kind: str, match: re.Match[str], paragraph: Paragraph) -> None:
        rest = paragraph.text[match.end() :]
        short = len(squeeze(rest)) <= _HEADING_LENGTH and not squeeze(rest).endswith((*_TERMINAL, ","))
        is_top = kind == self.top
        if kind == "spaced":
            self.top_number = int(match[1])
        if kind == "decimal" and self.top == "decimal":
            number = int(squeeze(match[1]))
            is_top = (
                short
                and (number == self.top_number + 1 or self._is_misnumbered(number))
                and self._begins_article(paragraph, number)
            )
            if is_top:
                self.top_number, self.last_item = number, None
            else:
                kind = "decimal_item"
                self.last_item = (number, short)
        mark = squeeze(match[1])
        forms = {"article": f"第{mark}条", "chinese_in_brackets": f"({mark})", "decimal_in_brackets": f"({mark})"}
        label = forms.get(kind, mark)
        if is_top:
            self.stack = [(kind, label)]
            title = re.split(r"[:：。;；\s]", rest.strip(), maxsplit=1)[0] if not short else rest
            self.heading = squeeze(title)[:_HEADING_LENGTH]
            if self.chapter and not short:
                self.heading = f"{self.chapter}:{self.heading}"
        elif kind == "dotted":
            parts = label.split(".")
            if self.stack and self.stack[0][1] == parts[0]:
                self.stack = [self.stack[0], (kind, ".".join(parts))]
            else:
                base = [entry for entry in self.stack[:1] if entry[0] == self.top]
                self.stack = [*base, (kind, ".".join(parts))]
        else:
            kinds = [entry[0] for entry in self.stack]
            if kind in kinds:
                self.stack = self.stack[: kinds.index(kind)]
            self.stack.append((kind, label))
        body = Paragraph(rest if rest.strip() else paragraph.text, paragraph.place, paragraph.heading)
        self._open(body, is_heading=is_top and short)

    def _is_misnumbered(self, number: int) -> bool:
        """Whether an article's number was given twice or left out: only where items are numbered 1.1, not 1."""
        return self.items_are_dotted and self.top_number > 0 and number in {self.top_number, self.top_number + 2}

    def _begins_article(self, paragraph: Paragraph, number: int) -> bool:
        """Whether 「N. 标题」 begins an article where its items are numbered in the same form."""
        if paragraph.heading or not self.stack or self.last_item is None:
            return True
        item, item_was_short = self.last_item
        return item + 1 != number or not item_was_short

    def _continues(self, paragraph: Paragraph) -> bool:
        if (
            not self.document.wrapped
            or self.open is None
            or paragraph.heading
            or self.open.is_heading
            or not self.lines
        ):
            return False
        if not self.part and (not self.stack or self.ended):
            return False
        last = self.lines[-1].rstrip()
        if not self.stack and len(squeeze(last)) < _FULL_LINE:
            return False
        if last.endswith(_TERMINAL) or len(squeeze("".join(self.lines))) < _LONG_LINE:
            return False
        return not _LABEL.match(paragraph.text) or "," in squeeze(last)[-1:]

    def _open(self, paragraph: Paragraph, *, is_heading: bool) -> None:
        self.lines = [paragraph.text]
        self.lead = squeeze(paragraph.text)
        self.open = Clause(
            self._article(), self.heading, self.part, self.part_title, Plain(""), paragraph.place, is_heading
        )

    def _close(self) -> None:
        if self.open is None:
            return
        joined = "".join(self.lines)
        unticked = find_unticked(joined) if self.has_choices else ()
        clause = Clause(
            self.open.article, self.open.heading, self.open.part, self.open.part_title, Plain(joined, unticked),
            self.open.place, self.open.is_heading,
        )  # fmt: skip
        self.open, self.lines = None, []
        if self.ended and not self.part:
            self.outline.back.append(clause)
        elif not self.stack and not self.part:
            self.outline.front.append(clause)
        else:
            self.outline.clauses.append(clause)


def _are_spaced(paragraphs: list[Paragraph]) -> bool:
    """Whether articles are numbered by a number and a blank: 1, 2, 3 … in their order."""
    expected = 1
    for paragraph in paragraphs:
        match = SPACED.match(paragraph.text)
        expected += match is not None and int(match[1]) == expected
    return expected > _MIN_TOP


def _mark_of(text: str) -> tuple[str, re.Match[str] | None]:
    for kind, pattern in _MARKS.items():
        match = pattern.match(text)
        if match is not None:
            return kind, match
    return "", None


def _is_bare_heading(text: str) -> bool:
    """Whether a paragraph without a number may be an article's heading: a few words, no sentence, no figure."""
    plain = squeeze(text)
    words = re.fullmatch("[一-龥]+", plain) is not None and _mark_of(text)[1] is None
    return words and _BARE_LEAST <= len(plain) <= _BARE_MOST


def _value(numeral: str) -> int:
    plain = squeeze(numeral)
    return int(plain) if plain.isdecimal() else _chinese_value(plain)


def _chinese_value(numeral: str) -> int:
    from yunqi.contract.numbers import read_number

    return int(read_number(numeral))
