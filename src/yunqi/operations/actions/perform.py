"""Performing an action: rights, idempotency, the two-person rule, the work and its record, in one transaction."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel

from yunqi.kernel.clock import parse_instant, render_instant
from yunqi.kernel.errors import Problem, Words, YunqiError
from yunqi.kernel.rights import Assumption, Caller, Target, decide, unknown_object
from yunqi.operations.actions.base import ACTIONS, Action, Content, Desk
from yunqi.operations.actions.rows import RowPage, etag_of
from yunqi.operations.actions.views import run_view
from yunqi.operations.actions.waiting import propose, require_second
from yunqi.operations.identity.proofs import count_failed_proof
from yunqi.store.audit_trail import record_audit
from yunqi.store.checks import sm3_hex
from yunqi.store.desk_runs import begin_run
from yunqi.store.idempotency import claim_key, keep_answer
from yunqi.store.scopes import find_visible_contract
from yunqi.wire.base import Proposal, Request, Run

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from yunqi.operations.installation import Installation

ANSWERS_KEPT = timedelta(days=7)
"""How long an answer is given again under its idempotency key."""
_DETAIL_LIMIT = 2000
MACHINE = "machine"


@dataclass(frozen=True)
class Outcome:
    """What came of an action: an HTTP status, the answer as the work made it, and whether it was given before."""

    status: int
    made: Any
    replayed: bool = False

    @property
    def value(self) -> Any:
        """The answer: a model or a file; bytes when it was given before."""
        return self.made.page if isinstance(self.made, RowPage) else self.made

    @cached_property
    def body(self) -> bytes:
        """The answer as JSON."""
        if isinstance(self.made, BaseModel):
            return self.made.__pydantic_serializer__.to_json(self.made)
        if isinstance(self.made, RowPage):
            return self.made.body
        if isinstance(self.made, bytes):
            return self.made
        raise TypeError(f"an answer that is no model: {type(self.made).__name__}")

    @cached_property
    def etag(self) -> str:
        """The strong validator of these very bytes, with its quotes."""
        if isinstance(self.made, RowPage):
            return self.made.etag
        return etag_of(self.made.content if isinstance(self.made, Content) else self.body)


def perform(
    site: Installation,
    caller: Caller,
    name: str,
    request: Request,
    *,
    key: str | None = None,
    if_match: str | None = None,
    second: Caller | None = None,
) -> Outcome:
    """Performs an action for a caller.

    `key` makes a repeated write one deed; `if_match` binds it to the state that the caller saw; `second` is the person
    beside, where two sit at the machine's own command line. Refusals are recorded in the audit trail too. Raises
    `Problem` and `Trouble`, then nothing is changed.
    """
    found = ACTIONS[name]
    try:
        if found.kind == "read":
            return _read(site, caller, found, request)
        return _write(site, caller, found, request, key, if_match, second)
    except Problem as error:
        if found.kind != "read" or error.code.startswith("access."):
            _record_refusal(site, caller, found, request, error)
        raise


def _read(site: Installation, caller: Caller, found: Action, request: Request) -> Outcome:
    with site.database.read() as connection:
        desk = Desk(site, caller, site.clock.now(), connection)
        aim_and_allow(desk, found, request)
        value = found.work(desk, request)
    if found.right.sensitive:
        with site.database.write() as connection:
            _record(connection, desk, found, request, value, "done")
    return Outcome(found.status, value)


def _write(
    site: Installation,
    caller: Caller,
    found: Action,
    request: Request,
    key: str | None,
    if_match: str | None,
    second: Caller | None,
) -> Outcome:
    asker = caller.true_person_id or MACHINE
    with site.database.unit() as connection:
        desk = Desk(site, caller, site.clock.now(), connection, second=second)
        if key is not None:
            fingerprint = _fingerprint(caller, found, request)
            kept = claim_key(connection, asker=asker, key=key, action=found.name, request_sm3=fingerprint, now=desk.now)
            if kept is not None and found.shown_once:
                raise Problem(
                    "idempotency.once",
                    "该请求已办理，其答复只给出一次",
                    field="Idempotency-Key",
                    way_out="请查看办理结果；如未收到答复，请以新的幂等键重新办理",
                )
            if kept is not None:
                return Outcome(kept.status, kept.body.encode(), replayed=True)
        target = aim_and_allow(desk, found, request)
        if if_match is not None:
            _require_unchanged(desk, found, request, if_match)
        outcome = _carry_out(desk, found, request, target)
        word = "proposed" if isinstance(outcome.made, Proposal) and found.right.second else "done"
        _record(connection, desk, found, request, outcome.made, word)
        if key is not None:
            body = "" if found.shown_once else outcome.body.decode()
            keep_answer(connection, asker=asker, key=key, status=outcome.status, body=body)
    return outcome


def _fingerprint(caller: Caller, found: Action, request: Request) -> str:
    """The digest of what is asked and in whose name; of a secret not even a digest is kept, it could be guessed by."""
    secret = set(found.secret_fields) if found.shown_once else set()
    name = f"{caller.organisation_id} {caller.assumption.id if caller.assumption else ''} "
    return sm3_hex((name + request.model_dump_json(exclude=secret)).encode())


def _carry_out(desk: Desk, found: Action, request: Request, target: Target) -> Outcome:
    if found.right.second and desk.second is None and not (desk.caller.at_machine and desk.caller.person_id is None):
        return Outcome(202, propose(desk, found, request, target))
    if found.right.second:
        require_second(desk, found, target)
    if found.kind == "run":
        run = begin_run(
            desk.connection,
            kind=found.name,
            arguments=request.model_dump(mode="json"),
            caller=pack_caller(desk.caller),
            person_id=desk.caller.true_person_id,
            organisation_id=desk.caller.organisation_id,
            contract_id=contract_id_of(desk, getattr(request, "contract", None)),
            now=desk.now,
        )
        return Outcome(202, run_view(run))
    return Outcome(found.status, found.work(desk, request))


def contract_id_of(desk: Desk, reference: str | None) -> str | None:
    """The id of the contract that a request names, among those the caller may see; None when it names none."""
    try:
        return find_visible_contract(desk.connection, reference, desk.caller).id if reference else None
    except Problem:
        return None


def aim_and_allow(desk: Desk, found: Action, request: Request) -> Target:
    """The target of a request that the caller may make.

    Raises `Problem`: `object.unknown` alike for what does not exist and for what the caller may not know of.
    """
    try:
        target = found.aim(desk, request)
    except Problem as error:
        if error.code.endswith(".unknown") and not (desk.caller.at_machine):
            raise unknown_object() from error
        raise
    if desk.caller.at_machine and not found.right.holders and found.right.own:
        return target
    refused = decide(desk.caller, found.right, target)
    if refused is not None:
        refused.values["action"] = Words(found.summary)
        raise refused
    return target


def _require_unchanged(desk: Desk, found: Action, request: Request, if_match: str) -> None:
    if not found.follows:
        raise Problem(
            "precondition.none",
            "操作「{action}」不支持 If-Match",
            field="If-Match",
            action=found.name,
            way_out="请去掉 If-Match",
        )
    seen = ACTIONS[found.follows]
    present = Outcome(200, seen.work(desk, seen.request.model_validate({"id": getattr(request, "id", "")})))
    given = {part.strip().removeprefix("W/") for part in if_match.split(",")}
    if "*" not in given and present.etag not in given:
        raise Problem(
            "precondition.changed",
            "您看到的内容已被更新",
            field="If-Match",
            value=if_match[:80],
            way_out="请刷新后核对，再提交",
        )


def _summary(found: Action, request: Request) -> dict[str, Any]:
    """What is recorded of a request: its fields, secrets left out, long texts cut."""
    given = request.model_dump(mode="json", exclude=set(found.secret_fields), exclude_none=True, exclude_defaults=True)
    kept: dict[str, Any] = {}
    for name, value in given.items():
        plain = value if isinstance(value, str | int | bool) else str(value)
        kept[name] = plain[:_DETAIL_LIMIT] if isinstance(plain, str) else plain
    return kept


def _object_of(found: Action, request: Any, value: Any) -> str:
    if found.object_of is not None:
        return found.object_of(request, value)
    if found.kind == "write" and not isinstance(value, bytes) and getattr(value, "id", None):
        return str(value.id)
    for name in ("id", "contract"):
        named = getattr(request, name, None)
        if named:
            return str(named)
    return found.name.partition(".")[0]


def _record(connection: Connection, desk: Desk, found: Action, request: Request, value: Any, outcome: str) -> None:
    caller = desk.caller
    detail = _summary(found, request)
    if caller.at_machine:
        detail["at_machine"] = True
    if desk.second is not None:
        detail["second"] = desk.second.person_id or MACHINE
    record_audit(
        connection,
        at=desk.now,
        action=found.name,
        object=_object_of(found, request, value),
        person_id=caller.true_person_id,
        organisation_id=caller.organisation_id,
        assumption_id=caller.assumption.id if caller.assumption else None,
        session_id=caller.session_id,
        token_id=caller.token_id,
        address=caller.address,
        outcome=outcome,
        detail=detail,
    )


def _record_refusal(site: Installation, caller: Caller, found: Action, request: Request, error: Problem) -> None:
    with site.database.write() as connection:
        desk = Desk(site, caller, site.clock.now(), connection)
        _record(connection, desk, found, request, None, error.code)
        count_failed_proof(connection, caller, error, desk.now)


def pack_caller(caller: Caller) -> dict[str, Any]:
    """A caller as a run keeps it: whoever carries it out acts in the same name, within the same limits."""
    assumed = caller.assumption
    return {
        "person_id": caller.person_id,
        "person_name": caller.person_name,
        "organisation_id": caller.organisation_id,
        "organisation_name": caller.organisation_name,
        "organisation_role": caller.organisation_role,
        "roles": sorted(caller.roles),
        "system_ids": sorted(caller.system_ids),
        "at_machine": caller.at_machine,
        "true_person_id": caller.true_person_id,
        "assumption": assumed
        and {
            "id": assumed.id,
            "person_id": assumed.person_id,
            "person_name": assumed.person_name,
            "organisation_id": assumed.organisation_id,
            "reason": assumed.reason,
            "until_at": render_instant(assumed.until_at),
            "organisation_role": assumed.organisation_role,
        },
    }


def unpack_caller(kept: dict[str, Any]) -> Caller:
    """The caller of a run."""
    assumed = kept.get("assumption")
    return Caller(
        kept.get("person_id"),
        kept.get("person_name", ""),
        kept.get("organisation_id"),
        kept.get("organisation_name", ""),
        kept.get("organisation_role", ""),
        frozenset(kept.get("roles", ())),
        assumption=Assumption(**{**assumed, "until_at": parse_instant(assumed["until_at"])}) if assumed else None,
        system_ids=frozenset(kept.get("system_ids", ())),
        at_machine=bool(kept.get("at_machine")),
    )


def at_machine(person: Caller | None = None) -> Caller:
    """Root at the installation's own command line, acting as a person or as nobody."""
    if person is not None:
        return replace(person, at_machine=True)
    return Caller(None, "", None, "", "", frozenset(), at_machine=True)


def error_body(error: YunqiError) -> dict[str, str]:
    """What a run keeps of the error that ended it, in the language of the moment."""
    from yunqi.kernel.words import render_sentence, render_way_out

    return {"code": error.code, "sentence": render_sentence(error), "way_out": render_way_out(error)}


__all__ = ["Outcome", "Run", "at_machine", "perform"]
