"""What the ledger shows of the obligations of a contract: each time that one was owed, and whether it was done.

An obligation that has no reader here is one that nothing in the ledger can show: people record it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from types import MappingProxyType

from sqlalchemy import Connection

from yunqi.cases.exit import EARLY
from yunqi.cases.incident import Clock
from yunqi.contract.obligations.find import FoundObligation
from yunqi.contract.obligations.join import day_after, single_limit
from yunqi.contract.obligations.standing import SOON, Deed
from yunqi.kernel.period import date_of, day_start
from yunqi.kernel.words import _
from yunqi.operations.asked_for import by_work_order
from yunqi.operations.incidents import read_clocks
from yunqi.operations.installation import Installation
from yunqi.operations.late_capacity import CREATION
from yunqi.operations.late_duties import list_built
from yunqi.operations.money import Money
from yunqi.operations.obligation_clocks import UNFINISHED, deeds_of_clocks
from yunqi.operations.registered_clocks import compute_clocks
from yunqi.operations.versions import data_at
from yunqi.settlement.inputs import LateDuty
from yunqi.settlement.lateness import SCALE_OUT
from yunqi.store.amendments import list_amendments
from yunqi.store.bursts import list_bursts
from yunqi.store.cases import Case, CaseEvent, list_cases, list_events_of
from yunqi.store.contracts import Contract
from yunqi.store.invoices import list_invoices
from yunqi.store.undertakings import list_undertakings_of

WITHDRAWN = frozenset({"withdrawn", "rejected"})
_MOMENT = timedelta(microseconds=1)
_FAULT = ("kind", "fault")


@dataclass(frozen=True)
class Ledger:
    """What is read of one contract, each part once."""

    site: Installation
    connection: Connection
    contract: Contract
    money: Money
    now: datetime
    _clocks: list[Mapping[str, tuple[Clock, ...]]] = field(default_factory=list)
    _built: list[tuple[LateDuty, ...]] = field(default_factory=list)
    _cases: dict[str, tuple[tuple[Case, tuple[CaseEvent, ...]], ...]] = field(default_factory=dict)

    @property
    def today(self) -> date:
        """The day of now, where the contracts are."""
        return date_of(self.now)

    def cases(self, kind: str) -> tuple[tuple[Case, tuple[CaseEvent, ...]], ...]:
        """The cases of a kind that nobody has withdrawn, each with its events."""
        if kind not in self._cases:
            rows = [
                one for one in list_cases(self.connection, self.contract.id, kind=kind) if one.state not in WITHDRAWN
            ]
            events = list_events_of(self.connection, rows)
            self._cases[kind] = tuple((one, events.get(one.id, ())) for one in rows)
        return self._cases[kind]

    def clocks(self) -> Mapping[str, tuple[Clock, ...]]:
        """The clocks of the incidents of this month and of those that are not over, by incident."""
        if not self._clocks:
            since = day_start(self.today.replace(day=1))
            rows = [one for one in self.cases("incident") if one[0].opened_at >= since or one[0].state in UNFINISHED]
            self._clocks.append(read_clocks(self.connection, self.contract, rows, self.now))
        return self._clocks[0]

    def built(self, kind: str) -> dict[str, tuple[LateDuty, ...]]:
        """What of a kind had to be built by a day, by its work order; several where several days may be meant."""
        if not self._built:
            self._built.append(list_built(self.connection, self.site, self.contract, self.now))
        return by_work_order(one for one in self._built[0] if one.kind == kind)


Reader = Callable[[Ledger, FoundObligation], Iterator[Deed]]


def read_deeds(ledger: Ledger, found: FoundObligation) -> tuple[Deed, ...]:
    """Each time that an obligation was owed, as far as the ledger shows it."""
    reader = READERS.get(found.kind.code)
    return () if reader is None else tuple(reader(ledger, found))


def _due(ledger: Ledger, found: FoundObligation, on: date) -> date | None:
    return day_after(on, single_limit(found.limits), ledger.site.calendar)


def _of_cases(kind: str, *events: str, of: tuple[str, str] | None = None, open_too: bool = True) -> Reader:
    """Of cases: done by the first of some events, by its being opened where none is named.

    `of`: what their data must say; `open_too`: one without such an event owes it.
    """

    def read(ledger: Ledger, found: FoundObligation) -> Iterator[Deed]:
        for case, said in ledger.cases(kind):
            if of is not None and case.data.get(of[0]) != of[1]:
                continue
            at_on = date_of(case.opened_at)
            done = [at_on] if not events else [date_of(one.at) for one in said if one.event in events]
            if done or open_too:
                first = min(done, default=None)
                yield Deed(
                    at_on, _due(ledger, found, at_on), first, kind, case.id, f"{case.number} {case.title}".strip()
                )

    return read


def _of_register(kind: str, step: str) -> Reader:
    """Of a register, by the clock that it runs for a step."""

    def read(ledger: Ledger, found: FoundObligation) -> Iterator[Deed]:
        del found
        for case, _said in ledger.cases(kind):
            law = data_at(ledger.connection, ledger.contract, case.opened_at, ledger.now)
            clocks = compute_clocks(
                ledger.connection,
                case.id,
                kind,
                case.opened_at,
                case.data,
                law,
                ledger.now,
                ledger.site.calendar,
                ledger.contract.using_unit_id,
            )
            for clock in clocks:
                if clock.name == step:
                    due_on = None if clock.due_at is None else date_of(clock.due_at - _MOMENT)
                    done_on = None if clock.done_at is None else date_of(clock.done_at)
                    missed = clock.standing in ("late", "overdue")
                    at_on = date_of(clock.started_at)
                    words = f"{case.number} {case.title}".strip()
                    due_at = clock.due_at if done_on is None else None
                    yield Deed(at_on, due_on, done_on, kind, case.id, words, missed, due_at)

    return read


def _of_clocks(plain: Reader) -> Reader:
    """Of incidents, by their clocks for those of the month and those that are not over; else by their events alone."""

    def read(ledger: Ledger, found: FoundObligation) -> Iterator[Deed]:
        clocks = ledger.clocks()
        told = {case.id: case for case, _said in ledger.cases("incident") if case.id in clocks}
        for name, case in told.items():
            if case.data.get(_FAULT[0]) == _FAULT[1]:
                yield from deeds_of_clocks(case, clocks[name], found.kind.levels)
        yield from (one for one in plain(ledger, found) if one.id not in clocks)

    return read


def _of_building(kind: str) -> Reader:
    """What was asked for by work orders. Of several days that may be meant the last counts: what is late by each."""

    def read(ledger: Ledger, found: FoundObligation) -> Iterator[Deed]:
        del found
        for name, duties in ledger.built(kind).items():
            last = max(duties, key=lambda one: one.due_at)
            since, done_at = min(one.since or one.due_at for one in duties), last.done_at
            yield Deed(
                date_of(since),
                date_of(last.due_at - _MOMENT),
                None if done_at is None else date_of(done_at),
                "work_order",
                name,
                last.title,
                missed=last.due_at <= (done_at or ledger.now),
            )

    return read


def _read_rectifications(ledger: Ledger, found: FoundObligation) -> Iterator[Deed]:
    for case, said in ledger.cases("rectification"):
        if case.data.get("to") != found.kind.party:
            continue
        answers = [date_of(one.at) for one in said if one.event == "answer"]
        answered = case.state in ("answered", "closed") and answers
        due_on = date.fromisoformat(str(case.data["due_on"]))
        done_on = answers[-1] if answered else None
        words = f"{case.number} {case.title}".strip()
        yield Deed(date_of(case.opened_at), due_on, done_on, "rectification", case.id, words)


def _read_acceptance_answers(ledger: Ledger, found: FoundObligation) -> Iterator[Deed]:
    """Each time that acceptance was asked for; silence that accepted is no answer, its time is over."""
    for case, said in ledger.cases("acceptance"):
        asked = [date_of(case.opened_at), *(date_of(one.at) for one in said if one.event == "resubmit")]
        answers = [date_of(one.at) for one in said if one.event in ("pass", "rework", "fail", "deem")]
        for number, on in enumerate(asked):
            done_on = answers[number] if number < len(answers) else None
            yield Deed(on, _due(ledger, found, on), done_on, "acceptance", case.id, case.title)


def _read_reworks(ledger: Ledger, found: FoundObligation) -> Iterator[Deed]:
    for case, said in ledger.cases("acceptance"):
        asked = [date_of(one.at) for one in said if one.event == "rework"]
        again = [date_of(one.at) for one in said if one.event == "resubmit"]
        for number, on in enumerate(asked):
            done_on = again[number] if number < len(again) else None
            yield Deed(on, _due(ledger, found, on), done_on, "acceptance", case.id, case.title)


def _read_scores(ledger: Ledger, found: FoundObligation) -> Iterator[Deed]:
    del found
    for case, said in ledger.cases("acceptance"):
        scored = [date_of(one.at) for one in said if one.data.get("full")]
        if scored:
            yield Deed(scored[0], None, scored[0], "acceptance", case.id, case.title)


def _read_erasures(ledger: Ledger, found: FoundObligation) -> Iterator[Deed]:
    """An exit's checklist is signed by both once all is erased, with its certificates."""
    del found
    for case, said in ledger.cases("exit"):
        signed = [date_of(one.at) for one in said if one.event == "sign"]
        done_on = signed[-1] if case.state == "closed" and signed else None
        yield Deed(date_of(case.opened_at), None, done_on, "exit", case.id, case.title)


def _read_invoices(ledger: Ledger, found: FoundObligation) -> Iterator[Deed]:
    """An invoice for each instalment that is paid or due soon. It is owed before the payment: what is not paid yet may
    wait for it, so that it is late only where it was paid without one.
    """
    del found
    kept = [one for one in list_invoices(ledger.connection, ledger.contract.id) if one.cancelled_at is None]
    for instalment in ledger.money.instalments:
        mine = [one for one in kept if one.instalment == instalment.no]
        paid_on = min((one.on for one in ledger.money.payments if one.no == instalment.no), default=None)
        wanted_on = paid_on or (None if instalment.due_on is None else date.fromisoformat(instalment.due_on))
        if not mine and (wanted_on is None or wanted_on > ledger.today + SOON):
            continue
        first = min(mine, key=lambda one: str(one.received_on), default=None)
        received = None if first is None else date.fromisoformat(str(first.received_on))
        identifier = "" if first is None else str(first.id)
        words = _("第 {no} 期款", no=instalment.no)
        yield Deed(wanted_on or received or ledger.today, paid_on, received, "invoice", identifier, words)


def _read_bursts(ledger: Ledger, found: FoundObligation) -> Iterator[Deed]:
    del found
    for one in list_bursts(ledger.connection, ledger.contract.id):
        on = date_of(one.start_at)
        yield Deed(on, None, on, "burst", one.id, one.item)


def _read_amendments(ledger: Ledger, found: FoundObligation) -> Iterator[Deed]:
    del found
    for one in list_amendments(ledger.connection, ledger.contract.id):
        on = date_of(one.recorded_at)
        yield Deed(on, None, on if one.state == "signed" else None, "amendment", one.id, one.number or one.title)


def _read_undertakings(ledger: Ledger, found: FoundObligation) -> Iterator[Deed]:
    del found
    for one in list_undertakings_of(ledger.connection, ledger.contract.provider_id):
        if one.valid_until is None or one.valid_until > ledger.now:
            yield Deed(one.signed_on, None, one.signed_on, "undertaking", one.id, one.reference)


READERS: Mapping[str, Reader] = MappingProxyType(
    {
        "incident.respond": _of_clocks(_of_cases("incident", "responded", of=_FAULT)),
        "incident.locate": _of_clocks(_of_cases("incident", "located", of=_FAULT)),
        "incident.recover": _of_clocks(_of_cases("incident", "recovered", of=_FAULT)),
        "incident.arrive": _of_clocks(_of_cases("incident", "arrived", of=_FAULT, open_too=False)),
        "record.handling": _of_cases("incident", of=_FAULT),
        "notice.urgent": _of_register("cut_off", "tell"),
        "interruption": _of_register("cut_off", "tell"),
        "complaint": _of_register("complaint", "answer"),
        "force_majeure.notice": _of_register("force_majeure", "notify"),
        "force_majeure.proof": _of_register("force_majeure", "prove"),
        "suspension": _of_cases("force_majeure", "end"),
        "rectification": _read_rectifications,
        "work_order": _of_cases("work_order", "file"),
        "scale_out": _of_building(SCALE_OUT),
        "creation": _of_building(CREATION),
        "acceptance.answer": _read_acceptance_answers,
        "rework": _read_reworks,
        "satisfaction": _read_scores,
        "exit.migrate": _of_cases("exit", "migrated"),
        "exit.switch": _of_cases("exit", "cut_over_end"),
        "exit.erase": _read_erasures,
        "exit.apply": _of_cases("exit"),
        "handover": _of_cases("exit", "data_received"),
        "term.early": _of_cases("exit", of=("cause", EARLY)),
        "invoice": _read_invoices,
        "burst": _read_bursts,
        "amendment": _read_amendments,
        "secrecy.signed": _read_undertakings,
    }
)


ON_REQUEST = frozenset({"creation", "exit.apply"})
"""What is owed by a day of its own where somebody asked for it: where nobody did and the day is over, nothing is."""


def shows(found: FoundObligation, keys: tuple[str, ...] = ()) -> bool:
    """Whether the ledger would show that an obligation was done: by a reader here, or by the register of reports or the
    acceptance material, which list what the contract calls a deliverable.
    """
    return found.kind.code in READERS or (found.kind.answer == "report" and any(_is_listed(one) for one in keys))


def _is_listed(key: str) -> bool:
    return key.startswith("deliverable:")
