"""Files that hold more than one contract: refused with where each begins, because their figures would be mixed."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass

from yunqi.contract.documents import Document, Table, squeeze
from yunqi.kernel.errors import Problem
from yunqi.kernel.words import _

_TITLE = re.compile(r"^[^。,;:]{4,60}(?:合同|合同书|协议|协议书)(?:\([^()]{1,20}\))?$")
_NUMBER = re.compile(r"^(?:政府采购)?合同(?:编)?号:?([A-Za-z0-9一-龥()\[\]〔〕/.-]*\d[A-Za-z0-9一-龥()\[\]〔〕/.-]*)$")
_BESIDE = re.compile(r"保密|廉[洁政]|安全|责任书|承诺|补充|委托书|授权|数据处理|服务水平|SLA|框架|阳光|诚信|附件")
_ANNEX = re.compile(r"^附[件录表]\s*[一二三四五六七八九十\d]{0,3}\s*(?:[:：、.]|$|\D{1,40}$)")
_FIRST_PARTY = re.compile(r"^(?:甲方|采购人|委托方|需方|使用单位)(?:\([^()]{1,16}\))?(?:[:]|$|名称)")
_SECOND_PARTY = re.compile(r"^(?:乙方|供应商|受托方|供方|云服务商|服务商)(?:\([^()]{1,16}\))?(?:[:]|$|名称)")
_FIRST_ARTICLE = re.compile(r"^(?:第[一1]条|一[、.]|1[、.](?!\d))")
_ARTICLE = re.compile(r"^(?:第[一二三四五六七八九十百\d]{1,4}条|[一二三四五六七八九十]{1,3}[、.]|\d{1,2}[、.](?!\d))")
_TOTAL = re.compile(
    r"(?:总价|总金额|总额|合同金额|合同价款?|价款|服务费用?|费用总计|总计|合计)[^。;]{0,40}?[\d,]+(?:\.\d+)?(?:万)?元?"
)
_PARTIES_WITHIN = 40
_ARTICLE_WITHIN = 80
_ARTICLES = 3


@dataclass(frozen=True, slots=True)
class Beginning:
    """Where a contract begins in a file: its title or number, and the line (or page) counted from 1."""

    words: str
    line: int
    page: int | None


@dataclass(frozen=True, slots=True)
class _Said:
    text: str
    raw: str
    line: int
    page: int | None


def refuse_several(document: Document) -> None:
    """Raises `Problem` contract.several for a file with more than one contract, naming where each begins."""
    found = find_beginnings(document)
    if len(found) > 1:
        raise Problem(
            "contract.several",
            "文件「{value}」里有 {count} 份合同：{beginnings}",
            field="file",
            value=document.file_name,
            count=len(found),
            beginnings="；".join(
                _("「{words}」（第 {page} 页）", words=one.words, page=one.page)
                if one.page is not None
                else _("「{words}」（第 {line} 行）", words=one.words, line=one.line)
                for one in found
            ),
            way_out="请把每份合同存为单独的文件，逐份导入",
        )


def find_beginnings(document: Document) -> list[Beginning]:
    """Where contracts begin: a title or another contract number, both parties, articles from the first on, a price.

    The agreements that a contract has as annexes (confidentiality, integrity, service levels) are none.
    """
    said = list(_each(document))
    starts = [at for at in range(len(said)) if _begins(said, at)]
    # A cover repeats the title: of the starts before the same first article, the first one is the beginning.
    begun: dict[int, int] = {}
    for at in starts:
        begun.setdefault(_first_article(said, at) or 0, at)
    bounds = [*begun.values(), len(said)]
    found = []
    for at, end in itertools.pairwise(bounds):
        section = said[at:end]
        articles = sum(1 for one in section if _ARTICLE.match(one.text))
        if articles >= _ARTICLES and any(_TOTAL.search(one.text) for one in section):
            found.append(Beginning(said[at].raw, said[at].line, said[at].page))
    return found


def _each(document: Document) -> Iterator[_Said]:
    """Paragraphs, and the cells of tables, as single texts."""
    for block in document.blocks:
        if isinstance(block, Table):
            for row in block.rows:
                text = "".join(row.cells)
                yield _Said(squeeze(text), text, row.place.line, row.place.page)
        else:
            yield _Said(squeeze(block.text), block.text.strip(), block.place.line, block.place.page)


def _begins(said: list[_Said], at: int) -> bool:
    text = said[at].text
    title = _TITLE.match(text) is not None and not _ARTICLE.match(text)
    if not (title or _NUMBER.match(text)) or _BESIDE.search(text):
        return False
    if any(_ANNEX.match(one.text) for one in said[max(0, at - 3) : at]):
        return False
    return _first_article(said, at) is not None


def _first_article(said: list[_Said], at: int) -> int | None:
    """The place of the first article after both parties are named, before any annex."""
    sides: set[str] = set()
    for place in range(at + 1, min(len(said), at + _ARTICLE_WITHIN)):
        text = said[place].text
        if _ANNEX.match(text):
            return None
        if _FIRST_ARTICLE.match(text):
            return place if len(sides) > 1 else None
        if place - at <= _PARTIES_WITHIN:
            sides |= {"first"} if _FIRST_PARTY.match(text) else set()
            sides |= {"second"} if _SECOND_PARTY.match(text) else set()
    return None
