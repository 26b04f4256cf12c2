"""The export -> what a month is worked out from, as known at one instant: facts, else registers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from itertools import product
from math import prod
from typing import Any

from .agreed import SystemFlags, agreed_answers, changed_answers, found_answers, frozen_lines, systems_at
from .answers import Changed, answer_of, ways_to_grant
from .bond_money import bond_held
from .calendar_time import BEIJING, TICK, WorkingDays, day_of, midnight, month_bounds, read_instant, write_instant
from .chain import Ledger
from .clauses import Clauses
from .draws import DrawOf, draws_of, stands
from .ended import left_early
from .events import Event, events_of
from .observed import Piece, watched_pieces
from .registered import LATE_PROOF, UNMANNED, Excuse, excuses_in, wrongful_in

Register = Mapping[str, Any]
LATE_FACTS = ("lateness.found", "lateness.ended", "lateness.pressed", "lateness.withdrawn")
_FOREVER = "9999"
MOST_PROOFS = 5
"""So many questions of relief are played through in every way."""
MOST_READINGS = 128
"""So many ways to read a month within which what was agreed changed are played through."""
INCIDENT_EVENTS = frozenset(
    f"incident.{event}" for event in ("opened", "reported", "responded", "arrived", "located", "recovered", "closed")
)


@dataclass(frozen=True)
class Incident:
    """An incident as the facts have it: the first instant of each event, the last word of its data."""

    id: str
    number: str
    opened_at: datetime
    times: Mapping[str, datetime]
    data: Mapping[str, Any]
    system: str | None

    @property
    def type(self) -> str:
        """interruption, degradation, tampering, data_loss, intrusion or request."""
        return str(self.data.get("type", "interruption"))

    @property
    def is_fault(self) -> bool:
        """Whether it is a fault, not a request."""
        return bool(self.data.get("kind", "fault") == "fault")

    @property
    def object(self) -> str | None:
        """What was out of order."""
        return self.data.get("object")

    @property
    def cause(self) -> str | None:
        """The root cause that was found."""
        return self.data.get("root_cause")


@dataclass(frozen=True)
class Late:
    """A duty of the provider that was not done in time: the first instant too late, and when it was done, if it was."""

    key: str
    kind: str
    due_at: datetime
    done_at: datetime | None
    reading: str = ""
    choice: str = ""
    since: datetime | None = None
    pressed_at: datetime | None = None
    system: str | None = None


@dataclass(frozen=True)
class Elsewhere:
    """What the statements of other months take, by source; and charge under clauses with a cap, by clause and month."""

    taken_fen: Mapping[str, int]
    charged_fen: Mapping[str, Mapping[str, int]]


@dataclass
class MonthCase:
    """All that one month is worked out from."""

    name: str
    known_at: datetime
    start_at: datetime
    end_at: datetime
    clauses: Clauses
    known: dict[str, str]
    calendar: WorkingDays
    systems: list[SystemFlags] = field(default_factory=list)
    pieces: dict[str, list[Piece]] = field(default_factory=dict)
    object_systems: dict[str, str | None] = field(default_factory=dict)
    holes: list[tuple[str, datetime, datetime]] = field(default_factory=list)
    excuses: list[Excuse] = field(default_factory=list)
    incidents: list[Incident] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    late: list[Late] = field(default_factory=list)
    draws: list[DrawOf] = field(default_factory=list)
    payments: list[tuple[int, date, int]] = field(default_factory=list)
    dates: dict[str, date] = field(default_factory=dict)
    bond_fen: int | None = None
    taken_fen: Mapping[str, int] = field(default_factory=dict)
    charged_fen: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    frozen: frozenset[str] = frozenset()
    metered_from: datetime | None = None
    ledger: Ledger | None = None
    changed: Changed = field(default_factory=dict)

    def known_of(self, code: str, at: datetime) -> str | None:
        """What is known of a fact of an instant."""
        return answer_of(self.changed[code], at) if code in self.changed else self.known.get(code)

    def readings_of_month(self) -> tuple[list[MonthCase], bool]:
        """The month by each way to read a figure of the whole month, where not the same was agreed throughout; and
        whether these are all. With more than can be played through, each point is read otherwise by itself.
        """
        codes = {code: {value for _until, value in parts} for code, parts in self.changed.items()}
        open_codes = sorted(code for code, values in codes.items() if None not in values)
        choices = {code: sorted(value for value in codes[code] if value) for code in open_codes}
        whole = prod(len(values) for values in choices.values()) <= MOST_READINGS
        said = [dict(zip(choices, way, strict=True)) for way in product(*choices.values())] if whole else []
        if not whole:
            said = [{code: value} for code, values in choices.items() for value in values]
            said += [{code: values[end] for code, values in choices.items()} for end in (0, -1)]
        known = [self.known | one for one in said]
        return [replace(self, known=one, clauses=Clauses(self.clauses.data, one)) for one in known], whole

    @property
    def known_text(self) -> str:
        """The instant of knowledge as the evidence writes it."""
        return write_instant(self.known_at)

    def is_not_owed(self, line: str) -> bool:
        """Whether a dispute about a line of the month ended so that it is not owed."""
        return self.known.get(f"disputed@{self.name}#{line}") == "yes"

    def charged_in(self, clause: str, over: str) -> int:
        """What the earlier months of a period charge under a clause whose sum is capped."""
        year, number = self.name.split("-")
        quarter = f"{year}-{(int(number) + 2) // 3 * 3 - 2:02d}"
        since = {"month": self.name, "quarter": quarter, "year": f"{year}-01", "term": ""}[over]
        return sum(fen for name, fen in self.charged_fen.get(clause, {}).items() if since <= name < self.name)

    @property
    def proof_codes(self) -> list[str]:
        """The questions that the relief of force majeure hangs on."""
        return sorted({one.code for one in self.excuses if one.code})

    def variants(self) -> list[tuple[tuple[tuple[str, bool], ...], MonthCase]]:
        """The month for each way to answer what the relief of force majeure hangs on, all of it granted first; each
        with the answers. With more of them than can be played through: all granted, none, and each granted or refused
        alone.
        """
        codes = self.proof_codes
        found = []
        for granted in ways_to_grant(len(codes), MOST_PROOFS):
            answers = dict(zip(codes, granted, strict=True))
            kept = [one for one in self.excuses if (answers.get(one.code, True) if one.code else one.excused)]
            found.append((tuple(answers.items()), self._without(kept)))
        return found

    def _without(self, kept: list[Excuse]) -> MonthCase:
        """The month less the time of the excuses and what began in them, and less the incidents outside of the term."""
        holes = [(target, one.start_at, one.end_at) for one in kept for target in self._targets(one.system)]

        def is_excused(at: datetime, systems: set[str | None]) -> bool:
            return any(
                one.start_at <= at < one.end_at and (one.system is None or one.system in systems) for one in kept
            )

        law = self.clauses
        begins = None if law.start_on is None else midnight(law.start_on)
        ends = None if law.end_on is None else midnight(law.end_on + timedelta(days=1))
        incidents = [
            one
            for one in self.incidents
            if (begins is None or begins <= one.opened_at) and (ends is None or one.opened_at < ends)
            if not is_excused(one.opened_at, {one.system, self.object_systems.get(one.object or "")})
        ]
        events = [one for one in self.events if one.measures != UNMANNED or not is_excused(one.at, set())]
        return replace(self, holes=[*self.holes, *holes], excuses=[], incidents=incidents, events=events)

    def _targets(self, system: str | None) -> list[str]:
        if system is None:
            return ["*"]
        return [f"system:{system}", *(name for name, one in self.object_systems.items() if one == system)]

    @property
    def until_now(self) -> list[Incident]:
        """The incidents that opened before the month was over."""
        return [one for one in self.incidents if one.opened_at < self.end_at]

    @property
    def recent(self) -> list[Incident]:
        """The incidents that opened in the month, in order."""
        found = [one for one in self.incidents if self.start_at <= one.opened_at < self.end_at]
        return sorted(found, key=lambda one: (one.opened_at, one.id))


def gather_texts(
    ledger: Ledger, contract: Register, registers: Register, statement: Register, elsewhere: Elsewhere
) -> dict[str, MonthCase]:
    """The case of a statement by the contract as it stands at the month's end (`after`); and, where an agreement that
    begins within the month has changed it, by the text of the month's first day (`before`).
    """
    after = gather(ledger, contract, registers, statement, elsewhere)
    known, law = write_instant(after.known_at), after.clauses
    first = after.start_at if law.start_on is None else max(after.start_at, midnight(law.start_on))
    data = version_at(contract, registers, write_instant(first), known)
    if data == law.data:
        return {"after": after}
    before = gather(ledger, contract, registers, statement, elsewhere, data)
    before.systems = after.systems
    ended = before.clauses.data.get("term", {}).get("end_on")
    if ended is not None and midnight(date.fromisoformat(ended)) < after.start_at:
        return {"after": after}
    agreed = after.known.get("amendment.month")
    both = {"before": before, "after": after}
    return {agreed: both[agreed]} if agreed in both else both


def gather(
    ledger: Ledger,
    contract: Register,
    registers: Register,
    statement: Register,
    elsewhere: Elsewhere,
    text: Register | None = None,
) -> MonthCase:
    """The case of a statement; `elsewhere` is what the statements of other months take, `text` another
    version of the contract than that of the month's end.
    """
    start_at, end_at = month_bounds(statement["month"])
    known_at = read_instant(statement["known_at"])
    known_text, at_text = write_instant(known_at), write_instant(end_at - TICK)
    data = text or version_at(contract, registers, at_text, known_text)
    start_on = Clauses(data, {}).start_on
    begun, over = start_at if start_on is None else max(start_at, midnight(start_on)), write_instant(end_at)
    changed = changed_answers(registers, write_instant(begun), over, known_text) if begun < end_at else {}
    known = agreed_answers(registers, at_text, known_text) | found_answers(ledger, known_text)
    unread = {code for code, parts in changed.items() if None in {value for _until, value in parts}}
    known = {code: value for code, value in known.items() if code not in unread}
    clauses = Clauses(data, known)
    case = MonthCase(statement["month"], known_at, start_at, end_at, clauses, known, WorkingDays(registers["calendar"]))
    case.changed = {code: [(read_instant(until), value) for until, value in parts] for code, parts in changed.items()}
    first = start_at if clauses.start_on is None else min(start_at, midnight(clauses.start_on))
    case.systems = systems_at(registers, data, at_text, known_text)
    case.pieces = watched_pieces(ledger, first, max(end_at, known_at), known_text)
    places = {one["id"]: one["system"] for one in registers["resources"]}
    for name in case.pieces:
        kind, _colon, system = name.partition(":")
        case.object_systems[name] = system if kind == "system" else places.get(name)
    case.pieces = {name: some for name, some in case.pieces.items() if any(one[0] < end_at for one in some)}
    _take_down(case, wrongful_in(ledger, known_text), first, max(end_at, known_at))
    case.holes = [
        (one["payload"]["object"], read_instant(one["payload"]["start"]), read_instant(one["payload"]["end"]))
        for one in ledger.of_kind("exclusion.recorded", known_text)
    ]
    case.excuses = excuses_in(
        ledger,
        known_text,
        end_at,
        lambda at: version_at(contract, registers, at, known_text),
        case.calendar,
        known.get(LATE_PROOF),
    )
    case.incidents = incidents_of(ledger, registers, known_text)
    last_text = Clauses(version_at(contract, registers, _FOREVER, known_text), {})
    ends = (last_text.end_on, left_early(ledger, known_text, day_of(known_at)))
    case.events = events_of(ledger, known_text, end_at, min((one for one in ends if one is not None), default=None))
    case.late = late_of(ledger, known_text, end_at)
    case.draws = draws_of(ledger, registers, known_text, start_at, end_at)
    _gather_money(case, ledger, contract, registers, known_text)
    case.taken_fen, case.charged_fen = elsewhere.taken_fen, elsewhere.charged_fen
    case.frozen = frozen_lines(ledger, known_text)
    case.ledger = ledger
    return case


def _take_down(
    case: MonthCase, cuts: list[tuple[datetime, datetime, str | None]], first: datetime, last: datetime
) -> None:
    """What was cut off wrongly was down, seen or not: of what was watched before and after, since it was first seen."""
    for name, pieces in case.pieces.items():
        near = [one for one in pieces if one[0] < case.end_at]
        watched_from, watched_until = min(one[0] for one in near), min(max(one[1] for one in near), case.end_at)
        for cut_at, restored_at, system in cuts:
            start, end = max(cut_at, first, watched_from), min(restored_at, last)
            if system in {None, case.object_systems[name]} and start < end and cut_at <= watched_until:
                pieces.append((start, end, "down"))


def version_at(contract: Register, registers: Register, at: str, known: str) -> Register:
    """The contract's data in force at an instant: of its last supplementary agreement, else as it was signed."""
    versions = [one for one in registers["versions"] if one["valid_from"] <= at and one["recorded_at"] <= known]
    last = max(versions, key=lambda one: (one["valid_from"], one["recorded_at"], one["id"]), default=None)
    data: Register = contract if last is None else last["data"]
    return data


def incidents_of(ledger: Ledger, registers: Register, known: str) -> list[Incident]:
    """The incidents of the facts; of those that were recorded before facts held it, type and system by the register."""
    register = {one["id"]: one for one in registers["cases"] if one["kind"] == "incident"}
    opened: dict[str, Register] = {}
    told: dict[str, list[Register]] = {}
    for one in ledger.facts:
        kind, _dot, event = str(one["kind"]).partition(".")
        if kind != "incident" or one["recorded_at"] > known:
            continue
        if event == "opened":
            opened[one["subject"]] = one
        else:
            told.setdefault(one["subject"], []).append(one)
    found = []
    for name, fact in opened.items():
        row, payload = register.get(name, {}), fact["payload"]
        data = dict(payload["data"]) if "data" in payload else {"object": payload["object"], **_plain(row)}
        times = {"occurred": read_instant(fact["at"])}
        steps = sorted(told.get(name, ()), key=lambda one: int(one["payload"]["no"]))
        for step in steps:
            times.setdefault(step["kind"].partition(".")[2], read_instant(step["payload"]["at"]))
            data |= step["payload"].get("data") or {}
        if "withdrawn" in times:
            continue
        system = payload["system"] if "system" in payload else row.get("system")
        found.append(Incident(name, payload["number"], read_instant(fact["at"]), times, data, system))
    return found


def _plain(row: Register) -> dict[str, Any]:
    # Only what is said when an incident is opened; what came later is in the facts of its events.
    return {name: value for name, value in (row.get("data") or {}).items() if name in {"kind", "type", "line_nos"}}


def late_of(ledger: Ledger, known: str, end_at: datetime) -> list[Late]:
    """What was due before the month's end and late; the last word counts on when it was done, and on whether it was."""
    told = [one for one in ledger.facts if one["kind"] in LATE_FACTS and one["recorded_at"] <= known]
    due: dict[tuple[str, str], Late] = {}
    for one in sorted(told, key=lambda each: (each["recorded_at"], LATE_FACTS.index(each["kind"]), each["id"])):
        said, kind = one["payload"], one["kind"]
        name = (said["key"], said["due_at"])
        if kind == "lateness.found":
            if read_instant(one["at"]) < end_at:
                since = said.get("since")
                due[name] = Late(
                    said["key"],
                    said["kind"],
                    read_instant(one["at"]),
                    None,
                    said.get("reading", ""),
                    said.get("choice", ""),
                    None if since is None else read_instant(since),
                    None,
                    said.get("system"),
                )
        elif kind == "lateness.withdrawn":
            due.pop(name, None)
        elif name in due:
            at = said.get("done_at" if kind == "lateness.ended" else "pressed_at")
            when = None if at is None else read_instant(at)
            ended = kind == "lateness.ended"
            due[name] = replace(due[name], done_at=when) if ended else replace(due[name], pressed_at=when)
    return list(due.values())


def _gather_money(case: MonthCase, ledger: Ledger, contract: Register, registers: Register, known: str) -> None:
    for one in ledger.of_kind("payment.made", known):
        payload = one["payload"]
        case.payments.append((int(payload["no"]), date.fromisoformat(payload["on"]), int(payload["amount_fen"])))
    case.bond_fen = bond_held(ledger, known, case.end_at) if case.clauses.data.get("bond") else None
    signed = [
        read_instant(one["at"]) for one in ledger.of_kind("contract.signed") if one["payload"]["data_sm3"] is not None
    ]
    if contract.get("signed_on"):
        case.dates["effective"] = date.fromisoformat(contract["signed_on"])
    elif signed and registers["state"] == "signed":
        case.dates["effective"] = max(signed).astimezone(BEIJING).date()
    month_end = day_of(case.end_at - TICK)
    left_on = left_early(ledger, known, month_end)
    if left_on is not None and left_on <= month_end:
        case.dates["expiry"] = left_on
    said = sorted(ledger.of_kind("payment.trigger", known), key=lambda one: str(one["recorded_at"]))
    for subject, one in {one["subject"]: one for one in said}.items():
        if one["payload"]["on"] is not None and read_instant(one["at"]) < case.end_at:
            case.dates[subject] = date.fromisoformat(one["payload"]["on"])
    drawn = [one["start_at"] for one in registers["draws"] if one["recorded_at"] <= known and stands(one, known)]
    if signed and registers["state"] == "signed":
        case.metered_from = min([max(signed), *(read_instant(one) for one in drawn)])
