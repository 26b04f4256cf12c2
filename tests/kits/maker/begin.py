"""How every layout begins."""

from __future__ import annotations

import random

from tests.kits.maker.draft import NUMBERINGS, Draft
from tests.kits.maker.facts import Facts
from tests.kits.maker.money_parts import write_systems


def begin(
    pick: random.Random,
    numberings: tuple[str, ...],
    dates: tuple[str, ...],
    amounts: tuple[str, ...],
    counts: tuple[str, ...],
) -> Draft:
    """A draft in one of the numberings and forms of dates, amounts and counts; some skip or repeat an article."""
    draft = Draft(pick, NUMBERINGS[pick.choice(numberings)])
    draft.dates, draft.amounts, draft.counts = pick.choice(dates), pick.choice(amounts), pick.choice(counts)
    draft.skipped, draft.repeated = pick.random() < 0.1, pick.random() < 0.1
    return draft


def write_services(d: Draft, f: Facts, systems: str) -> None:
    """The article of services up to the price table."""
    d.article(d.pick("服务内容", "服务内容与范围", "项目内容"))
    write_systems(d, f, systems)
    d.item(d.pick("乙方提供的服务及价格如下表：", "服务清单及报价见下表：", "本合同项下服务项目、单价与数量如下："))


def read_total(d: Draft) -> int:
    """The total of the price table."""
    total: int = d.truth["table_total_fen"]
    return total
