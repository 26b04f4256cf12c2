"""The people and protected periods of a month as the facts of an export have them."""

from __future__ import annotations

from typing import Any

from tools.rederive.chain import Ledger

from yunqi.kernel.clock import render_instant
from yunqi.settlement import Inputs


def ledger_of(inputs: Inputs) -> Ledger:
    """The facts that the logbooks would have written."""
    people, known = inputs.people, render_instant(inputs.known_at)
    facts: list[dict[str, Any]] = []

    def tell(kind: str, name: str, title: str, at: Any, data: dict[str, Any], *steps: tuple[str, str, Any]) -> None:
        subject, told = f"{kind}-{name}", {"recorded_at": known}
        payload = {"number": name, "title": title, "at": render_instant(at), "data": data}
        facts.append({**told, "kind": f"{kind}.opened", "subject": subject, "payload": payload})
        for no, (event, state, when) in enumerate(steps, 1):
            step = {"no": no, "state": state, "at": render_instant(when), "data": {}}
            facts.append({**told, "kind": f"{kind}.{event}", "subject": subject, "payload": step})

    both = (("confirm", "half_confirmed", inputs.known_at), ("confirm", "confirmed", inputs.known_at))
    for one in people.members:
        steps = [] if one.end_at is None else [("leave", "left", one.end_at)]
        steps += [("agree", "left", one.end_at)] if one.agreed and one.end_at is not None else []
        tell("staff_member", one.id, one.name, one.start_at, {"role": one.role}, *steps)
    for number, each in enumerate(people.promises):
        said = {"role": each.role, "count": each.count}
        tell("staff_promise", str(number), each.role, each.start_at, said, *both)
    for sheet in people.sheets:
        said = {"month": str(sheet.month), "present": list(sheet.present)}
        tell("attendance", str(sheet.month), "到岗表", inputs.known_at, said, *both)
    for case in people.breaches:
        tell("staff_breach", case.id, case.sort, case.at, {"sort": case.sort}, *(both if case.confirmed else ()))
    for asked in people.requests:
        steps = [] if asked.replaced_at is None else [("replace", "replaced", asked.replaced_at)]
        tell("staff_request", asked.id, asked.person, asked.asked_at, {"person": asked.person}, *steps)
    for period in inputs.protected:
        said = {"until": render_instant(period.span.end_at), "key_staff": list(period.key_staff)}
        tell("protected_period", period.id, period.number, period.span.start_at, said, *both)
        start, end = render_instant(period.span.start_at), render_instant(period.span.end_at)
        for name in (one for one in period.key_staff if one not in period.missing):
            planned = {"post": "protection", "person_name": name, "start_at": start, "end_at": end}
            subject = {"recorded_at": known, "subject": f"shift-{period.id}-{name}"}
            facts.append({**subject, "kind": "shift.planned", "payload": planned})
            facts.append({**subject, "kind": "shift.taken", "payload": {}})
    return Ledger(facts=list(facts))
