"""A contract in the making: numbered text and tables in order, the truth beside them, and chance in one place."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from yunqi.kernel.money import render_daxie, render_yuan

_NUMERALS = "零一二三四五六七八九"
UNITS = {
    "minute": ("分钟",),
    "hour": ("小时", "个小时"),
    "day": ("日", "天", "个自然日"),
    "working_day": ("个工作日", "工作日"),
    "month": ("个月",),
    "year": ("年",),
}


def chinese(number: int) -> str:
    """A number below a thousand in Chinese numerals."""
    if number >= 100:
        rest = number % 100
        tail = (
            ""
            if not rest
            else ("零" if rest < 10 else "") + (chinese(rest) if rest >= 20 or rest < 10 else "一" + chinese(rest))
        )
        return _NUMERALS[number // 100] + "百" + tail
    if number < 10:
        return _NUMERALS[number]
    tens, ones = divmod(number, 10)
    return ("" if tens == 1 else _NUMERALS[tens]) + "十" + (_NUMERALS[ones] if ones else "")


@dataclass(frozen=True)
class Text:
    """A paragraph; `mark` is its number as printed, `level` 0 for an article, 1 an item, 2 a part of an item."""

    words: str
    mark: str = ""
    level: int = 9
    heading: bool = False
    centred: bool = False


@dataclass(frozen=True)
class Grid:
    """A table; `merges` are (first row, first column, last row, last column), the words stand in the first cell."""

    rows: tuple[tuple[str, ...], ...]
    merges: tuple[tuple[int, int, int, int], ...] = ()


Block = Text | Grid


@dataclass(frozen=True)
class Numbering:
    """How a layout numbers: each takes the numbers from the article down to its own level."""

    article: Callable[[int], str]
    item: Callable[[int, int], str]
    sub: Callable[[int, int, int], str]
    gap: str = " "


CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮"
NUMBERINGS: dict[str, Numbering] = {
    "article": Numbering(lambda a: f"第{chinese(a)}条", lambda a, i: f"{i}、", lambda a, i, s: f"（{s}）"),
    "article_tight": Numbering(lambda a: f"第{chinese(a)}条", lambda a, i: f"{i}.", lambda a, i, s: f"（{s}）", gap=""),
    "article_dotted": Numbering(lambda a: f"第{chinese(a)}条", lambda a, i: f"{a}.{i}", lambda a, i, s: f"（{s}）"),
    "chinese": Numbering(lambda a: f"{chinese(a)}、", lambda a, i: f"（{chinese(i)}）", lambda a, i, s: f"{s}."),
    "chinese_decimal": Numbering(lambda a: f"{chinese(a)}、", lambda a, i: f"{i}.", lambda a, i, s: f"（{s}）"),
    "decimal": Numbering(lambda a: f"{a}.", lambda a, i: f"{a}.{i}", lambda a, i, s: f"（{s}）"),
    "decimal_deep": Numbering(lambda a: f"{a}.", lambda a, i: f"{a}.{i}", lambda a, i, s: f"{a}.{i}.{s}"),
    "bullets": Numbering(lambda a: f"{chinese(a)}、", lambda a, i: "•", lambda a, i, s: "-"),
    "circled": Numbering(lambda a: f"第{chinese(a)}条", lambda a, i: f"{i}.", lambda a, i, s: CIRCLED[(s - 1) % 15]),
}  # fmt: skip


@dataclass
class Draft:
    """Collects blocks and truth. All that varies is drawn from `random`."""

    random: random.Random
    numbering: Numbering
    truth: dict[str, Any] = field(default_factory=dict)
    blocks: list[Block] = field(default_factory=list)
    article_at: int = 0
    item_at: int = 0
    sub_at: int = 0
    annex_at: int = 0
    annexes: list[str] = field(default_factory=list)
    skipped: bool = False
    repeated: bool = False
    inline: bool = False
    """Articles begin with their title and go on with their text in the same paragraph."""
    opening: str = ""
    dates: str = "plain"
    amounts: str = "both"
    counts: str = "digits"
    a: str = "甲方"
    b: str = "乙方"

    # chance

    def pick(self, *options: Any) -> Any:
        """One of the options."""
        return self.random.choice(options)

    def maybe(self, chance: float) -> bool:
        """True with that chance."""
        return self.random.random() < chance

    # blocks

    def text(self, *words: str, centred: bool = False) -> None:
        """Paragraphs without a number."""
        if self.opening and words:
            self.item(*words)
            return
        self.blocks.extend(Text(line, centred=centred) for line in words)

    def title(self, words: str) -> None:
        """The contract's title."""
        self.blocks.append(Text(words, heading=True, centred=True))

    def article(self, title: str) -> None:
        """Opens the next article."""
        self.article_at += 1
        self.item_at = self.sub_at = 0
        if self.skipped and self.article_at == 5:
            self.article_at += 1  # a number that the drafter left out
        if self.repeated and self.article_at == 6:
            self.article_at -= 1  # a number that the drafter gave twice
            self.repeated = False
        mark = self.numbering.article(self.article_at)
        if self.inline:
            self.opening = f"{title}：" if title[-1] not in "：:" else title
            return
        self.blocks.append(Text(title, mark + self.numbering.gap, 0, heading=True))

    def item(self, *words: str) -> None:
        """Numbered items of the article."""
        for line in words:
            if self.opening:
                self.blocks.append(
                    Text(self.opening + line, self.numbering.article(self.article_at) + self.numbering.gap, 0)
                )
                self.opening = ""
                continue
            self.item_at += 1
            self.sub_at = 0
            self.blocks.append(Text(line, self.numbering.item(self.article_at, self.item_at), 1))

    def sub(self, *words: str) -> None:
        """Numbered parts of the last item."""
        for line in words:
            self.sub_at += 1
            self.blocks.append(Text(line, self.numbering.sub(self.article_at, self.item_at, self.sub_at), 2))

    def annex(self, title: str) -> None:
        """Opens the next annex."""
        self.annex_at += 1
        self.item_at = self.sub_at = 0
        self.blocks.append(Text(f"附件{self.annex_at} {title}", heading=True))

    def annex_number(self, title: str) -> int:
        """The number that an annex will have."""
        return self.annexes.index(title) + 1

    def table(self, rows: Sequence[Sequence[str]], merges: Sequence[tuple[int, int, int, int]] = ()) -> None:
        """A table, its header first."""
        self.blocks.append(Grid(tuple(tuple(row) for row in rows), tuple(merges)))

    # words for figures

    def on(self, day: date) -> str:
        """A date in the layout's form."""
        forms = {
            "plain": f"{day.year}年{day.month}月{day.day}日",
            "padded": f"{day.year}年{day.month:02d}月{day.day:02d}日",
            "spaced": f"{day.year} 年 {day.month} 月 {day.day} 日",
            "dashed": day.isoformat(),
            "slashed": f"{day.year}/{day.month}/{day.day}",
            "dotted": f"{day.year}.{day.month}.{day.day}",
            "chinese": f"{''.join('〇一二三四五六七八九'[int(c)] for c in str(day.year))}年{chinese(day.month)}月{chinese(day.day)}日",
        }
        return forms[self.dates]

    def count(self, number: int) -> str:
        """A count in the layout's form."""
        form = self.counts if self.counts != "mixed" else self.pick("digits", "chinese", "both")
        if form == "digits" or number > 999:
            return str(number)
        return chinese(number) if form == "chinese" else f"{chinese(number)}（{number}）"

    def span(self, count: int, unit: str, word: str = "") -> str:
        """A duration."""
        return f"{self.count(count)}{word or self.pick(*UNITS[unit])}"

    def money(self, fen: int) -> str:
        """An amount."""
        daxie, digits = render_daxie(fen), render_yuan(fen)
        form = self.amounts
        if form == "wan" and fen % 10**6 == 0:
            return f"{fen // 10**6}万元"
        if form in {"digits", "wan"}:
            return self.pick(f"¥{digits}元", f"人民币{digits}元", f"{digits}元", f"￥{digits}元")
        return self.pick(
            f"人民币（大写）：{daxie}（小写：¥{digits}元）",
            f"人民币{daxie}（¥{digits}）",
            f"¥{digits}元（大写：人民币{daxie}）",
            f"人民币大写：{daxie}，小写：{digits}元",
            f"{digits}元（大写：{daxie}）",
        )

    def percent(self, share: str) -> str:
        """A share in per cent."""
        value = Decimal(share).scaleb(2).normalize()
        return f"{value:f}{self.pick('%', '%', '%', '％')}"


def duration(count: int, unit: str) -> dict[str, Any]:
    """A duration as contract data."""
    return {"count": count, "unit": unit}
