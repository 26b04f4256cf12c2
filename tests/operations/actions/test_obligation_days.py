"""The days of obligations are the same in the list, in the calendar and in the overview, each once."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update
from tests.kits.desk import People, ask
from tests.kits.session import EXAMPLES

from yunqi.contract import read_contract
from yunqi.contract.duties import BOND, BOND_END, INSTALMENT, TERM_END
from yunqi.kernel.clock import FixedClock
from yunqi.kernel.period import date_of, day_start
from yunqi.kernel.rights import Caller
from yunqi.operations.actions.base import Desk
from yunqi.operations.exercise_duties import EXERCISE
from yunqi.operations.installation import Installation
from yunqi.operations.kept import Kept
from yunqi.operations.obligation_list import BOND_RELEASE, BOND_RENEWAL, BOTH
from yunqi.operations.overview import terms
from yunqi.operations.overview.catalogue import due_of_catalogue
from yunqi.operations.overview.due import due_of_duties
from yunqi.operations.overview.gathered import Gathered
from yunqi.store.contracts import require_contract
from yunqi.store.tables import contract

DAY, MOMENT = timedelta(days=1), timedelta(microseconds=1)
ELSEWHERE = {INSTALMENT, BOND, BOND_END, BOND_RENEWAL, BOND_RELEASE, TERM_END, EXERCISE}
"""Money and the ends of terms stand in the overview as such; exercises in their register."""
SENTENCES = (
    ("provider", "乙方应于服务期满前30日与甲方确认是否续签。"),
    ("provider", "乙方应在服务期开始后3日内完成云资源创建。"),
    ("provider", "乙方应在服务期开始后10日内提交总体服务方案。"),
)


@pytest.fixture(autouse=True)
def fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing kept of a text: here texts change without a supplementary agreement."""
    for name in ("_terms", "_duties", "_laws", "_stakes"):
        monkeypatch.setattr(terms, name, Kept(10))


def put(site: Installation, name: str, data: dict[str, Any]) -> None:
    with site.database.write() as connection:
        found = require_contract(connection, name)
        rows = update(contract).where(contract.c.id == found.id)
        connection.execute(rows.values(data=data))


def listed(site: Installation, caller: Caller, role: str) -> Counter[date]:
    """The days of the list that are late or near."""
    rows = ask(site, caller, "obligation.list", party=role).value.items
    assert all(one.party in (role, BOTH) for one in rows)
    near = [one for one in rows if one.state in ("late", "due") and one.kind not in ELSEWHERE]
    return Counter(day for one in near if (day := one.due_on or one.period_end) is not None)


def overviewed(site: Installation, caller: Caller, role: str) -> Counter[date]:
    with site.database.read() as connection:
        found = Gathered(Desk(site, caller, site.clock.now(), connection))
        items = [*due_of_duties(found, role), *due_of_catalogue(found, role)]
    return Counter(date_of(one.due_at - MOMENT) for one in items if one.due_at is not None)


def agree(site: Installation, people: People, on: date) -> None:
    site.clock = FixedClock(day_start(on) + timedelta(hours=10))
    for caller, role in ((people.operator, "provider"), (people.clerk, "using_unit")):
        assert overviewed(site, caller, role) == listed(site, caller, role), (on, role)


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("contract-*.docx")), ids=lambda path: path.stem)
def test_the_list_and_the_overview_have_the_same_days(site: Installation, people: People, path: Path) -> None:
    data = read_contract(path).model_dump(mode="json")
    more = [{"party": party, "text": text, "source": {"article": "增", "text": text}} for party, text in SENTENCES]
    put(site, people.cast.first.contract, {**data, "obligations": [*data["obligations"], *more]})
    with site.database.read() as connection:
        found = require_contract(connection, people.cast.first.contract)
    assert found.start_on is not None
    assert found.end_on is not None
    today = date_of(site.clock.now())
    days = {today, today + 40 * DAY, found.end_on - 40 * DAY, found.end_on - 20 * DAY, found.end_on + DAY}
    for on in sorted(one for one in days if one >= today):
        agree(site, people, on)
    last = ask(site, people.clerk, "obligation.list", party="provider").value.items
    renewal = next(one for one in last if one.obligation == "renewal")
    assert (renewal.state, renewal.due_on) == ("late", found.end_on - 30 * DAY)
    assert listed(site, people.operator, "provider")[found.end_on - 30 * DAY]


def test_a_day_of_the_catalogue_stands_once_and_goes_once_it_is_recorded(site: Installation, people: People) -> None:
    name = people.cast.first.contract
    with site.database.read() as connection:
        found = require_contract(connection, name)
    assert found.end_on is not None
    text = SENTENCES[0][1]
    more = {"party": "provider", "text": text, "source": {"article": "增", "text": text}}
    put(site, name, {**found.data, "obligations": [more], "deliverables": []})
    due_on = found.end_on - 30 * DAY
    site.clock = FixedClock(day_start(due_on - 5 * DAY))

    def due() -> list[str]:
        items = ask(site, people.operator, "overview.read").value.due
        return [one.title for one in items if one.kind == "obligation" and one.due_at == day_start(due_on + DAY)]

    (row,) = [one for one in ask(site, people.clerk, "obligation.list", contract=name).value.items
              if one.obligation == "renewal"]  # fmt: skip
    assert (row.key, row.due_on, due()) == ("kind:renewal", due_on, [row.text])
    said = {"contract": name, "line": row.key, "on": date_of(site.clock.now()), "words": "已书面确认"}
    ask(site, people.operator, "obligation.record", **said)
    assert due() == []
