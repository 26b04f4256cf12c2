"""Everybody asks for everything: a request of each action, aimed at the first agency's objects, over HTTP."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from starlette.testclient import TestClient
from tests.kits.desk import People, ask
from tests.kits.schemas import schema_of
from tests.kits.session import Session
from tests.kits.walk_objects import INVOICE, OBSERVED, SHIFT

from yunqi.contract.changes.amendment_reader import read_amendment
from yunqi.contract.documents import read_document
from yunqi.kernel.clock import render_instant
from yunqi.kernel.period import date_of
from yunqi.operations.actions import Action, load_actions
from yunqi.operations.amendments import keep_amendment
from yunqi.operations.installation import Installation
from yunqi.store import parties
from yunqi.store.accounts import add_account
from yunqi.store.adoptions import keep_preview
from yunqi.store.assumptions import add_assumption
from yunqi.store.contracts import require_contract
from yunqi.store.files import keep_file
from yunqi.store.integrators import set_integrator
from yunqi.store.sessions import add_session
from yunqi.store.undertakings import add_undertaking

CALLERS = (
    "clerk",
    "approver",
    "manager",
    "engineer",
    "operator",
    "lead",
    "officer",
    "auditor",
    "other_clerk",
    "other_approver",
    "other_operator",
    "other_lead",
    "sysadmin",
    "secadmin",
    "auditadmin",
)
OTHERS = ("other_clerk", "other_approver", "other_operator", "other_lead")
"""The people of another agency and of a competing provider."""
REFUSALS = {"access.role": "role", "object.unknown": "unknown", "access.consent": "consent", "access.token": "token"}


@dataclass
class Walk:
    """A world in which each action has an object of the first agency to be aimed at."""

    site: Installation
    people: People
    client: TestClient
    ids: dict[str, str] = field(default_factory=dict)

    def prepare(self, settled: Session) -> None:
        """Adds the callers that the sample lacks, and one object of each noun."""
        assert settled.cast is not None
        side, now = self.people.cast.first, self.site.clock.now()
        with self.site.database.write() as connection:
            unit = parties.require_organisation(connection, side.using_unit)
            system = parties.list_systems(connection, unit.id, at=now)[0]
            administration = parties.require_organisation(connection, self.people.cast.administration).id
            integrator = parties.add_organisation(connection, name="集成商", role="integrator", now=now)
            set_integrator(
                connection,
                system_id=system.id,
                organisation_id=integrator,
                granted=True,
                valid_from=now - timedelta(days=1),
                valid_until=None,
                granted_by=side.approver,
                now=now,
            )
            made = {}
            for name, organisation, role in (
                ("manager", unit.id, "administrator"),
                ("engineer", integrator, "operator"),
                ("sysadmin", administration, "system_admin"),
                ("secadmin", administration, "security_admin"),
                ("auditadmin", administration, "audit_admin"),
            ):
                person = parties.add_person(connection, organisation_id=organisation, name=name, now=now)
                parties.set_role(connection, person_id=person, role=role, granted=True, valid_from=now, now=now)
                made[name] = person
            document = keep_file(
                connection,
                name="月报.docx",
                media_type="application/octet-stream",
                content=b"x",
                now=now,
                contract_id=side.contract_id,
                person_id=side.operator,
            )
        for name, person in made.items():
            setattr(self.people, name, self.people.caller(person))
        people = self.people
        resource = ask(
            self.site,
            people.clerk,
            "resource.order",
            kind="network",
            name="walk",
            contract=side.contract,
            work_order=side.work_order,
            system=system.name,
            spec={"cidr": "10.64.77.0/24"},
        ).value
        upload = ask(self.site, people.clerk, "file.upload", name="a.txt", content=b"x").value
        run = ask(self.site, people.clerk, "contract.import", file=upload.id).value
        proposal = ask(
            self.site,
            people.approver,
            "reading.record",
            contract=side.contract,
            code="availability.window",
            value="month",
            agreement="纪要",
        ).value
        statement = ask(self.site, people.clerk, "statement.list", last=True).value.items[0]
        work_order = ask(self.site, people.clerk, "work_order.list").value.items[0]
        self.ids = {
            "contract": side.contract_id,
            "resource": resource.id,
            "file": upload.id,
            "run": run.id,
            "proposal": proposal.id,
            "statement": statement.id,
            "document": document.id,
            "work_order": work_order.id,
            "system": system.id,
            "person": side.clerk,
            "organisation": unit.id,
            "provider": self.people.operator.organisation_id or "",
        }
        text = f"补充协议\n就合同 {side.contract} 约定如下：\n一、本补充协议自2031年1月1日起生效。\n".encode()
        with self.site.database.read() as connection:
            found = require_contract(connection, side.contract_id)
        read = read_amendment(text, found.data, "补充协议.txt").model_dump(mode="json")
        self.ids["amendment"] = keep_amendment(self.site, found.id, read, text, read_document(text, "补充协议.txt")).id
        self._prepare_adoption()
        self._prepare_cases(statement.id)

    def _prepare_adoption(self) -> None:
        """A list that was previewed under the first agency's contract."""
        side, now = self.people.cast.first, self.site.clock.now()
        with self.site.database.write() as connection:
            self.ids["adoption"] = keep_preview(
                connection,
                side.contract_id,
                side.tenant_id,
                from_on=date_of(now),
                source="台账.xlsx",
                source_sm3=None,
                data={
                    "inventory": {},
                    "options": {"grade": None},
                    "plan": {"takes": [], "lines": [], "notes": []},
                },
                person_id=side.clerk,
                now=now,
            ).id

    def _prepare_cases(self, statement_id: str) -> None:
        del statement_id
        actions = load_actions()
        side, now = self.people.cast.first, self.site.clock.now()
        self.ids["incident"] = ask(self.site, self.people.operator, "incident.list").value.items[0].id
        self.ids["adjudication"] = ask(self.site, self.people.lead, "adjudication.list").value.items[0].id
        self._prepare_acceptance_and_exit()
        if "consent.ask" in actions:
            asked = ask(
                self.site,
                self.people.operator,
                "consent.ask",
                **self.body(
                    actions["consent.ask"], {"using_unit": side.using_unit, "valid_until": now + timedelta(days=1)}
                ),
            ).value
            self.ids["consent"] = asked.id
        self._prepare_identity()

    def _prepare_acceptance_and_exit(self) -> None:
        """A request for acceptance and a notice of exit of the first agency's contract."""
        number = self.people.cast.first.contract
        asked = ask(self.site, self.people.operator, "acceptance.request", contract=number, title="终验").value
        left = ask(self.site, self.people.approver, "exit.open", contract=number, **EXAMPLES["exit.open"]).value
        self.ids |= {"acceptance": asked.id, "exit": left.id}

    def _prepare_identity(self) -> None:
        """An account of the first agency's clerk with a session, a role assumed in its name, and a webhook of it."""
        side, now, people = self.people.cast.first, self.site.clock.now(), self.people
        with self.site.database.write() as connection:
            add_undertaking(
                connection, person_id=side.clerk, signed_on=date_of(now), reference="柜", recorded_by=None, now=now
            )
            account = add_account(connection, person_id=side.clerk, login="walker", created_by=None, now=now)
            session = add_session(
                connection,
                digest="0" * 64,
                person_id=side.clerk,
                method="password",
                address="",
                user_agent="",
                ends_at=now + timedelta(days=1),
                now=now,
            )
            assumed = add_assumption(
                connection,
                consent_id=self.ids["consent"],
                person_id=side.operator,
                organisation_id=people.clerk.organisation_id or "",
                roles=["operator"],
                system_ids=[],
                reason="x",
                until_at=now + timedelta(hours=1),
                now=now,
            )
        told = {"title": "x", "clause": "x", "requirement": "x", "within_days": 5, "contract": side.contract}
        self.ids["rectification"] = ask(self.site, people.officer, "rectification.open", **told).value.id
        entry = {"kind": "complaint", "title": "x", "who": "x", "at": "2026-01-01T00:00:00Z"}
        entered = ask(self.site, people.operator, "register.record", contract=side.contract, **entry).value
        self.ids["register"] = entered.id
        done = {**EXAMPLES["obligation.record"], "contract": side.contract, "on": "2026-01-05", "words": "x"}
        self.ids["obligation"] = ask(self.site, people.operator, "obligation.record", **done).value.records[0].id
        drill = {**EXAMPLES["logbook.open"], "contract": side.contract, "title": "x"}
        self.ids["logbook"] = ask(self.site, people.operator, "logbook.open", **drill).value.id
        hook = ask(self.site, people.manager, "webhook.add", **EXAMPLES["webhook.add"]).value  # type: ignore[attr-defined]
        self.ids |= {"account": account.id, "session": session, "assumption": assumed.id, "webhook": hook.id}
        named = {**EXAMPLES["contact.add"], "name": "甲", "contract": side.contract, "address": "a@b.example"}
        self.ids["contact"] = ask(self.site, people.operator, "contact.add", **named).value.id
        told = {"text": "x", "incident": self.ids["incident"]}
        self.ids["notice"] = ask(self.site, people.operator, "notice.send", **told).value.id
        planned = {**SHIFT, "person": "甲", "contract": people.cast.first.contract, "end_at": "2031-01-01T09:00:00Z"}
        self.ids["shift"] = ask(self.site, people.operator, "shift.plan", **planned).value.id
        watched = {**EXAMPLES["watch.begin"], "address": "192.0.2.2:80", "contract": people.cast.first.contract}
        self.ids["invoice"] = self._record_invoice()
        numbered = {"contract": people.cast.first.contract, "kind": "月报", "file": self.ids["file"]}
        self.ids["report"] = ask(self.site, people.clerk, "report.number", **numbered).value.id
        self.ids["watch"] = ask(self.site, people.operator, "watch.begin", **watched, _second=people.approver).value.id

    def _record_invoice(self) -> str:
        side, people = self.people.cast.first, self.people
        with self.site.database.read() as connection:
            parties = require_contract(connection, side.contract_id).data["parties"]
        fields = {**INVOICE, "kind": "ordinary", "number": "26112000000000000002", "contract": side.contract_id}
        names = {"seller_name": parties["provider"], "buyer_name": parties["using_unit"]}
        made = ask(self.site, people.operator, "invoice.record", **fields, **names, _second=people.approver)
        return str(made.value.id)

    def fields(self, found: Action) -> dict[str, Any]:
        """A request of an action: valid in form, aimed at the first agency."""
        noun = found.name.partition(".")[0]
        given: dict[str, Any] = {"id": self.ids.get(noun, "none"), "contract": self.people.cast.first.contract}
        given |= EXAMPLES.get(found.name, {})
        return self.body(found, given)

    def body(self, found: Action, given: dict[str, Any]) -> dict[str, Any]:
        """The required fields of an action's request, from what is given, else by their type."""
        wanted: dict[str, Any] = {}
        schema = schema_of(found.request)
        for name, info in found.request.model_fields.items():
            if name in given:
                wanted[name] = self._resolve(given[name])
            elif info.is_required():
                wanted[name] = self._by_type(schema["properties"][name], schema)
        return wanted

    def _resolve(self, value: Any) -> Any:
        if isinstance(value, str) and value.startswith("$"):
            return self.ids.get(value[1:], "none")
        return value

    def _by_type(self, schema: dict[str, Any], whole: dict[str, Any]) -> Any:
        if "$ref" in schema:
            schema = whole["$defs"][schema["$ref"].rpartition("/")[2]]
        if "anyOf" in schema:
            schema = next(one for one in schema["anyOf"] if one.get("type") != "null")
        if "const" in schema:
            return schema["const"]
        if "enum" in schema:
            return schema["enum"][0]
        kind, form = schema.get("type"), schema.get("format")
        if form == "date":
            return date_of(self.site.clock.now()).isoformat()
        if form == "date-time":
            return render_instant(self.site.clock.now())
        return {
            "string": "x" * max(1, int(schema.get("minLength", 1))),
            "integer": int(schema.get("minimum", 1)),
            "boolean": True,
            "array": [],
            "object": {},
        }.get(str(kind), "x")

    def send(self, found: Action, caller: str) -> Any:
        """The response to an action's request by a caller."""
        values = self.fields(found)
        path = found.path
        if found.variants is not None:
            path = path.replace("{kind}", "network")
            values["kind"] = "network"
        for name in re.findall(r"{(\w+)}", path):
            path = path.replace("{" + name + "}", str(values.pop(name)))
        if found.variants is not None:
            values.pop("kind")
        headers = {"X-Person": caller}
        address = f"/api/v1{path}"
        if found.name == "file.upload":
            return self.client.post(address, files={"file": ("a.txt", b"x")}, headers=headers)
        if found.method == "GET":
            return self.client.get(address, params=_plain(values), headers=headers)
        return self.client.request(found.method, address, json=values, headers=headers)

    def word(self, found: Action, caller: str) -> str:
        """`yes` when the rights let the request through, else why they did not."""
        answer = self.send(found, caller)
        code = answer.json().get("code", "") if "json" in answer.headers.get("content-type", "") else ""
        assert answer.status_code < 500, (found.name, caller, answer.text)
        assert code != "request.invalid", (found.name, answer.text, "say an example in tests/kits/walk.py")
        return REFUSALS.get(code, "yes")


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    return {name: str(value) if isinstance(value, bool) else value for name, value in values.items()}


EXAMPLES: dict[str, dict[str, Any]] = {
    "contract.import": {"file": "$file"},
    "contract.page": {"page": 1},
    "amendment.import": {"file": "$file"},
    "adoption.preview": {"file": "$file"},
    "watch.begin": {"object": "platform", "probe": "tcp", "address": "192.0.2.1:80"},
    "report.number": {"kind": "月报"},
    "report.compose": {"report": "usage"},
    "fault.file": {"incident": "$incident", "document": "fault_record"},
    "letter.make": {"id": "$report"},
    "report.attach": {"file": "$file"},
    "shift.plan": SHIFT,
    **{f"notice.{deed}": {"incident": "$incident"} for deed in ("standing", "send", "report", "record", "grade")},
    "contact.add": {"party": "using_unit", "channel": "mail", "address": "walker@unit.example"},
    "observation.record": {"observations": [OBSERVED]},
    "acceptance.answer": {"event": "pass", "dossier": "0" * 64},
    "acceptance.sign": {"dossier": "0" * 64},
    "acceptance.hand_in": {"item": "deliverable:1"},
    "exit.open": {"cause": "expiry", "evidence": "函"},
    "exit.sign": {"sm3": "0" * 64},
    "month.close": {"month": "2026-01"},
    "month.what_if": {"month": "2026-01", "assume": ["reading:fee_base=contract"]},
    "month.close_all": {"month": "2026-01"},
    "resource.order": {"kind": "network", "name": "walk-2", "spec": {"cidr": "10.64.78.0/24"}},
    "document.make": {"statement": "$statement"},
    "statement.trace": {"node": "penalty"},
    "burst.record": {"quantity": "1", "item": "compute.vcpu", "end_at": "2031-01-01T00:00:00Z"},
    "organisation.add": {"role": "provider"},
    "tenant.add": {"using_unit": "$organisation", "provider": "$provider"},
    "person.add": {"organisation": "$organisation"},
    "system.add": {"using_unit": "$organisation"},
    **{key: {"month": "2026-01", "seed": "x"} for key in ("audit_sample.draw", "audit_sample.file")},
    "rectification.open": {"within_days": 5},
    "rectification.advance": {"event": "extend"},
    "obligation.read": {"line": "kind:subcontracting"},
    "obligation.record": {"line": "kind:subcontracting"},
    "logbook.open": {"kind": "drill", "details": {"scope": "platform", "plan": "x"}},
    "logbook.advance": {"event": "cancel", "details": {"reason": "x"}},
    "register.record": {"kind": "complaint", "at": "2026-01-01T00:00:00Z", "channel": "mail"},
    "register.advance": {"event": "answer", "at": "2026-01-01T00:00:00Z"},
    "payment.record": {"amount": "1.00"},
    "bond.record": {"amount": "1.00"},
    "bond.top_up": {"amount": "1.00"},
    "bond.draw": {"amount": "1.00"},
    "bond.release": {"amount": "1.00"},
    "invoice.record": INVOICE,
    "usage.file": {"month": "2026-01"},
    "weekly_report.file": {"on": "2026-01-05"},
    "allocation.agree": {"shares": [{"system": "$system", "share": "1"}]},
    "token.create": {"actions": ["contract.list"]},
    "account.create": {"person": "$person", "login": "walker-2"},
    "undertaking.record": {"person": "$person"},
    "consent.ask": {"using_unit": "$organisation"},
    "assumption.begin": {"consent": "$consent", "roles": ["operator"]},
    "integrator.set": {"system": "$system", "integrator": "集成商"},
    "webhook.add": {"url": "https://hooks.example.org/", "events": ["run.ended"]},
}


def is_aimed(found: Action) -> bool:
    """Whether an action's address names an object."""
    return "{id}" in found.path or "{contract}" in found.path
