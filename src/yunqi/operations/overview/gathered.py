"""What an overview is made of, each part read once and only when a role needs it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from fractions import Fraction
from functools import cached_property
from typing import Any

from yunqi.cases.acceptance import ACCEPTED
from yunqi.cases.adjudication import FINAL
from yunqi.cases.incident import Clock, Downtime, IncidentFacts, compute_clocks
from yunqi.cases.logbook.protection import CALENDAR, CONDITION, is_protected
from yunqi.contract.duties import Duty, plan_duties
from yunqi.contract.obligations.fulfilment import KINDS as FULFILMENT
from yunqi.contract.obligations.fulfilment import compute_records
from yunqi.kernel.clock import parse_instant
from yunqi.kernel.period import Month, Span, add_months, date_of, day_start, subtract, total_length
from yunqi.kernel.units import minutes_of
from yunqi.operations.actions.base import Desk
from yunqi.operations.lateness import KINDS as LATENESS
from yunqi.operations.lateness import replay_late
from yunqi.operations.logbook import read_protected_where_asked
from yunqi.operations.material import HANDED_IN
from yunqi.operations.month_evidence import facts_of_incident
from yunqi.operations.obligation_records import said_of
from yunqi.operations.overview.terms import facts_of, keep_duties, keep_law, keep_stakes, load_terms
from yunqi.operations.payments import PAYMENT_FACT, TRIGGER_FACT
from yunqi.operations.terms import EXIT_FACTS, pick_early_end
from yunqi.settlement.at_stake import Stake, Stakes
from yunqi.settlement.inputs import EVERY_OBJECT, LateDuty, SystemFacts
from yunqi.settlement.late_stake import stake_of_lateness
from yunqi.settlement.lateness import is_priced
from yunqi.settlement.law import Law
from yunqi.settlement.payments import compute_due_on
from yunqi.store import overview_contracts as contracts_store
from yunqi.store import overview_work as work_store
from yunqi.store.bonds import BOND_RECEIVED
from yunqi.store.overview_contracts import ContractHead
from yunqi.store.report_lists import list_visible_reports

LASTING = ("open", "responded")
UNFINISHED = (*LASTING, "recovered")
SERIES_DAYS = 14
YEAR_MONTHS = 12


@dataclass(frozen=True, slots=True)
class Running:
    """An incident that is not closed: its facts, its clocks, how long its outage lasts (None: none is measured)."""

    row: Any
    contract: ContractHead
    facts: IncidentFacts
    outage: Downtime | None
    clocks: tuple[Clock, ...]

    @property
    def lasts(self) -> bool:
        """Whether it is not recovered."""
        return self.row.state in LASTING

    def minutes(self, now: datetime) -> Fraction | None:
        """How long its outage lasts, or lasted."""
        return None if self.outage is None else minutes_of((self.outage.end_at or now) - self.outage.start_at)


class Gathered:
    """All that is known for one caller at one instant."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.now = desk.now
        self.today = date_of(desk.now)
        self.month = Month(self.today.year, self.today.month)
        self.month_span = self.month.span

    @property
    def this_month(self) -> tuple[int, int]:
        """Year and number of the month of today."""
        return self.month.year, self.month.number

    @cached_property
    def contracts(self) -> dict[str, ContractHead]:
        """The signed contracts that the caller may see, with the last day of service that is in force."""
        heads = contracts_store.list_signed_contracts(self.desk.connection, self.desk.caller)
        return {
            one.id: replace(one, end_on=min(filter(None, (one.end_on, self._left_on(one.id))), default=None))
            for one in heads
        }

    def _left_on(self, contract_id: str) -> date | None:
        return pick_early_end(self._exits.get(contract_id, ()), self.now)

    @cached_property
    def _exits(self) -> dict[str, tuple[Any, ...]]:
        return contracts_store.facts_by_contract(self.desk.connection, self.desk.caller, EXIT_FACTS)

    @cached_property
    def running_contracts(self) -> dict[str, ContractHead]:
        """Those whose term has not ended."""
        return {key: one for key, one in self.contracts.items() if one.end_on is None or one.end_on >= self.today}

    @cached_property
    def readings(self) -> dict[str, dict[str, str]]:
        """What the parties agreed, by contract."""
        return contracts_store.readings_by_contract(self.desk.connection, self.desk.caller, at=self.now)

    @cached_property
    def _versions(self) -> dict[str, str]:
        # The text in force of each contract that supplementary agreements have changed.
        return contracts_store.versions_by_contract(self.desk.connection, self.desk.caller, at=self.now)

    @cached_property
    def _terms(self) -> dict[str, Mapping[str, Any]]:
        return load_terms(self.desk.connection, self.contracts, self._versions)

    @cached_property
    def _laws(self) -> dict[str, Law]:
        return {}

    def law(self, contract_id: str) -> Law:
        """A contract's clauses, as agreed now."""
        if contract_id not in self._laws:
            agreed = self.readings.get(contract_id, {})
            self._laws[contract_id] = keep_law(
                (contract_id, self._versions.get(contract_id), tuple(sorted(agreed.items()))),
                lambda: Law(self._terms[contract_id], agreed),
            )
        return self._laws[contract_id]

    # --- systems and what is found ---------------------------------------------------------------------------------

    @cached_property
    def _systems(self) -> dict[str, tuple[SystemFacts, ...]]:
        return {}

    def need_systems(self, contract_ids: Iterable[str]) -> None:
        """Reads the systems of some contracts at once, before they are asked for one by one."""
        units = {self.contracts[one].using_unit_id for one in contract_ids if one in self.contracts}
        lacking = units - self._systems.keys()
        found = contracts_store.systems_by_unit(self.desk.connection, sorted(lacking), at=self.now)
        for unit in lacking:
            self._systems[unit] = tuple(facts_of(*one) for one in found.get(unit, ()))

    def systems(self, contract_id: str) -> tuple[SystemFacts, ...]:
        """The systems that a contract names, or all of its using unit where it names none."""
        unit = self.contracts[contract_id].using_unit_id
        if unit not in self._systems:
            self.need_systems((contract_id,))
        named = set(self._terms[contract_id]["systems"])
        return tuple(one for one in self._systems[unit] if not named or one.name in named)

    @cached_property
    def findings(self) -> dict[str, dict[str, str]]:
        """What was adjudicated: `code@event` and answer, by contract."""
        rows, _events = work_store.list_lasting_cases(
            self.desk.connection, self.desk.caller, "adjudication", FINAL, limit=5000
        )
        found: dict[str, dict[str, str]] = {}
        for row in rows:
            data = row.data
            found.setdefault(row.contract_id, {})[f"{data['question']}@{data['event']}"] = str(data["answer"])
        return found

    @cached_property
    def _stakes(self) -> dict[str, Stakes]:
        return {}

    def stakes(self, contract_id: str) -> Stakes:
        """What breaches of a contract would cost."""
        if contract_id not in self._stakes:
            known = {**self.readings.get(contract_id, {}), **self.findings.get(contract_id, {})}
            systems = self.systems(contract_id)
            self._stakes[contract_id] = keep_stakes(
                (contract_id, self._versions.get(contract_id), tuple(sorted(known.items())), systems),
                lambda: Stakes(self.law(contract_id), systems, known),
            )
        return self._stakes[contract_id]

    # --- incidents -------------------------------------------------------------------------------------------------

    @cached_property
    def incidents(self) -> tuple[Running, ...]:
        """Incidents that are not closed, the oldest first, each with its clocks."""
        rows, events = work_store.list_lasting_cases(self.desk.connection, self.desk.caller, "incident", UNFINISHED)
        known = [row for row in rows if row.contract_id in self.contracts]
        self.need_systems({row.contract_id for row in known})
        return tuple(self._running(row, events.get(row.id, ())) for row in known)

    def _running(self, row: Any, events: tuple[Any, ...]) -> Running:
        facts = facts_of_incident(row, events)
        outage = None
        if facts.type == "interruption":
            # Opened by the probes, it began when they first saw it; else when whoever reported it says it did.
            began = facts.data.get("outage_start")
            outage = Downtime(parse_instant(began) if began else row.opened_at, facts.times.get("recovered"))
        system = next((one for one in self.systems(row.contract_id) if one.id == row.system_id), None)
        flags: dict[str, bool | None] = {
            "important": system.important if system else None,
            "internet_facing": system.internet_facing if system else None,
        }
        agreed = {
            code.partition(".")[2]: value
            for code, value in self.readings.get(row.contract_id, {}).items()
            if code.startswith("clock_start.")
        }
        levels = self.law(row.contract_id).levels
        periods = read_protected_where_asked(self.desk.connection, row.contract_id, levels)
        calendar = self.readings.get(row.contract_id, {}).get(CALENDAR)
        flags[CONDITION] = is_protected(periods, facts, outage, calendar)
        clocks = compute_clocks(facts, levels, flags, outage, self.now, agreed)
        return Running(row, self.contracts[row.contract_id], facts, outage, clocks)

    @cached_property
    def recent_incidents(self) -> tuple[Any, ...]:
        """Contract, state, opening and data of the incidents of the month and of the last days."""
        since = min(self.month_span.start_at, day_start(self.today - timedelta(days=SERIES_DAYS - 1)))
        return work_store.list_cases_since(self.desk.connection, self.desk.caller, "incident", since)

    # --- downtime --------------------------------------------------------------------------------------------------

    def window_of(self, contract_id: str) -> str:
        """Over which window a contract's availability counts: as its text or a reading says, else the month."""
        level = self.law(contract_id).level("availability") or {}
        stated = level.get("window") or self.readings.get(contract_id, {}).get("availability.window")
        return str(stated) if stated in ("year", "term") else "month"

    @cached_property
    def downtime(self) -> dict[tuple[str, str], tuple[Span, ...]]:
        """When objects were down, by contract and object; excluded time is taken out. Of most contracts the month and
        the last days are looked at, of those whose clause counts over longer the last year.
        """
        since = min(self.month_span.start_at, day_start(self.today - timedelta(days=SERIES_DAYS - 1)))
        year_ago = day_start(add_months(self.today, -YEAR_MONTHS))
        longer = [key for key in self.running_contracts if self.window_of(key) != "month"]
        objects = {(row.contract_id, str(row.data.get("object"))) for row in self.recent_incidents}
        objects |= {(one.contract.id, str(one.facts.object)) for one in self.incidents}
        found = work_store.list_downtime(
            self.desk.connection, self.desk.caller, since=since, objects=objects, longer=longer, longer_since=year_ago
        )
        holes: dict[tuple[str, str], list[Span]] = {}
        for row in work_store.list_exclusions_since(self.desk.connection, self.desk.caller, year_ago) if found else ():
            holes.setdefault((row.contract_id, row.object), []).append(Span(row.start_at, row.end_at))
        return {
            (contract_id, name): subtract(
                spans, [*holes.get((contract_id, name), ()), *holes.get((contract_id, EVERY_OBJECT), ())]
            )
            for (contract_id, name), spans in found.items()
        }

    @cached_property
    def down_contracts(self) -> dict[str, dict[str, tuple[Span, ...]]]:
        """The same by contract, then by object."""
        found: dict[str, dict[str, tuple[Span, ...]]] = {}
        for (contract_id, name), spans in self.downtime.items():
            found.setdefault(contract_id, {})[name] = spans
        return found

    def down_minutes(self, contract_id: str, window: Span) -> tuple[Fraction, str]:
        """How long the object that was down longest was down within a window, and which it is ("" for none)."""
        worst, longest = timedelta(), ""
        for name, spans in self.down_contracts.get(contract_id, {}).items():
            length = total_length(part for span in spans if (part := span.intersect(window)) is not None)
            if length > worst:
                worst, longest = length, name
        return minutes_of(worst), longest

    @cached_property
    def measured(self) -> frozenset[str]:
        """The contracts of which anything was observed in this month."""
        since = self.month_span.start_at
        return work_store.measured_contracts(self.desk.connection, self.desk.caller, since=since)

    # --- money and statements --------------------------------------------------------------------------------------

    @cached_property
    def money_facts(self) -> dict[str, tuple[Any, ...]]:
        """Payments, their triggers and bonds, by contract."""
        kinds = (PAYMENT_FACT, TRIGGER_FACT, BOND_RECEIVED)
        return contracts_store.facts_by_contract(self.desk.connection, self.desk.caller, kinds)

    @cached_property
    def late_duties(self) -> dict[str, tuple[LateDuty, ...]]:
        """What providers are late with and have not done, by contract."""
        facts = contracts_store.facts_by_contract(self.desk.connection, self.desk.caller, LATENESS)
        replayed = {key: replay_late(rows, end_at=self.now) for key, rows in facts.items()}
        return {key: tuple(one for one in late if one.done_at is None) for key, late in replayed.items()}

    def stake_of_lateness(self, contract_id: str, duty: LateDuty) -> Stake | None:
        """What one more day would cost, or the first; None where no clause prices it."""
        law, calendar = self.law(contract_id), self.desk.site.calendar
        if not is_priced(law, duty):
            return None
        self.need_systems(self.contracts)
        known = {**self.readings.get(contract_id, {}), **self.findings.get(contract_id, {})}
        return stake_of_lateness(law, self.systems(contract_id), known, duty, self.today, calendar)

    @cached_property
    def signed_at(self) -> dict[str, datetime]:
        """When the later party signed, by contract."""
        return contracts_store.signed_at_by_contract(self.desk.connection, self.desk.caller)

    @cached_property
    def statements(self) -> tuple[tuple[str, str, str, bool], ...]:
        """The last version of each month: contract, month, id, whether it is provisional."""
        return contracts_store.list_last_statements(self.desk.connection, self.desk.caller)

    @cached_property
    def resources(self) -> dict[str, dict[str, int]]:
        """How many live resources are in each phase, by contract."""
        return work_store.count_resources(self.desk.connection, self.desk.caller)

    def duties(self, contract_id: str) -> tuple[Duty, ...]:
        """What a contract asks of its parties, with the dates that its text gives."""
        head, law = self.contracts[contract_id], self.law(contract_id)
        signed_on = self.dates_of(contract_id).get("effective")
        return keep_duties(
            (contract_id, self._versions.get(contract_id), signed_on, head.start_on, head.end_on),
            lambda: plan_duties(
                law.contract,
                start_on=head.start_on,
                end_on=head.end_on,
                signed_on=signed_on,
                calendar=self.desk.site.calendar,
            ),
        )

    @cached_property
    def handed_in(self) -> frozenset[tuple[str, str, tuple[date, date] | None]]:
        """The reports that were sent: contract, name, and the period of what recurs; those of an event left out."""
        return frozenset(
            (one.contract_id, one.kind, one.period)
            for one in list_visible_reports(self.desk.connection, self.desk.caller)
            if one.delivered_at is not None and one.occasion_at is None
        )

    @cached_property
    def fulfilled(self) -> frozenset[tuple[str, str]]:
        """What was handed in for acceptance or recorded as done and is not contested: contract, and key of the duty."""
        rows = contracts_store.facts_by_contract(self.desk.connection, self.desk.caller, (HANDED_IN, *FULFILMENT))
        found = {(key, row.subject) for key, facts in rows.items() for row in facts if row.kind == HANDED_IN}
        for key, facts in rows.items():
            records = compute_records(said_of(row) for row in facts if row.kind != HANDED_IN)
            found |= {(key, one.key) for one in records if one.counts}
        return frozenset(found)

    @cached_property
    def accepted(self) -> frozenset[str]:
        """The contracts that are accepted as a whole."""
        rows, _events = work_store.list_lasting_cases(
            self.desk.connection, self.desk.caller, "acceptance", ACCEPTED, limit=5000
        )
        return frozenset(row.contract_id for row in rows if not row.data.get("phase"))

    @cached_property
    def _due_days(self) -> dict[tuple[Any, ...], date | None]:
        return {}

    def due_on(self, law: Law, instalment: Mapping[str, Any], no: int, dates: Mapping[str, date]) -> date | None:
        """The last day to pay an instalment, None while that is not known; counted once for what is the same."""
        within = instalment.get("within") or {}
        terms = (instalment.get("by_on"), within.get("count"), within.get("unit"), law.signed_on, law.end_on)
        key = (no, *terms, *(instalment.get("triggers") or ()), *sorted(dates.items()))
        if key not in self._due_days:
            calendar = self.desk.site.calendar
            self._due_days[key] = compute_due_on(law, instalment, no, dates, calendar, as_of=self.today)[0]
        return self._due_days[key]

    def dates_of(self, contract_id: str) -> dict[str, date]:
        """The days of the triggers of a contract's money that have happened, the last word on each."""
        found: dict[str, date] = {}
        law = self.law(contract_id)
        if law.signed_on is not None:
            found["effective"] = law.signed_on
        elif contract_id in self.signed_at:
            found["effective"] = date_of(self.signed_at[contract_id])
        left_on = self._left_on(contract_id)
        found |= {} if left_on is None or left_on > self.today else {"expiry": left_on}
        said = {row.subject: row for row in self.money_facts.get(contract_id, ()) if row.kind == TRIGGER_FACT}
        stand = {name: row for name, row in said.items() if row.at <= self.now and row.payload["on"] is not None}
        return found | {name: date.fromisoformat(row.payload["on"]) for name, row in stand.items()}
