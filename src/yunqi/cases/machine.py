"""What every case is: a state, the events that brought it there, and a table that says which event may follow. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from yunqi.kernel.clock import render_local, require_utc
from yunqi.kernel.errors import Problem

PROBE = "probe"
"""The role of a probe, which may say that something began or ended; the others are roles of organisations."""


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to a case: `at` when it happened, `role` the role of the organisation that says so."""

    name: str
    at: datetime
    role: str
    person: str | None = None
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Case:
    """A case of one kind in one state. `data` holds what its events brought, the last word standing."""

    kind: str
    state: str
    data: Mapping[str, Any] = field(default_factory=dict)
    events: tuple[Event, ...] = ()


@dataclass(frozen=True, slots=True)
class Transition:
    """An event that may happen in some states. `target` None: the state stays. `after` names events it can't precede
    in time.
    """

    sources: tuple[str, ...]
    target: str | None
    roles: tuple[str, ...]
    required: tuple[str, ...] = ()
    once: bool = True
    after: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Machine:
    """The states and events of one kind of case, with the words that people read.

    After an event of `renewed_by` what both parties do once each (they sign, say) begins anew. An event of `own` is for
    the party alone that opened the case (`opened_by` in its data); of a case that no party opened, for either.
    """

    kind: str
    initial: str
    transitions: Mapping[str, Transition]
    labels: Mapping[str, str]
    renewed_by: tuple[str, ...] = ()
    own: tuple[str, ...] = ()

    def open(self, data: Mapping[str, Any]) -> Case:
        """A new case in its first state."""
        return Case(self.kind, self.initial, dict(data))

    def allowed(self, case: Case, role: str | None = None) -> tuple[str, ...]:
        """The events that may follow now, for one role or for any."""
        return tuple(
            name
            for name, transition in self.transitions.items()
            if case.state in transition.sources
            and (role is None or role in transition.roles)
            and not (transition.once and any(event.name == name for event in case.events))
        )

    def is_anothers(self, case: Case, event: str, role: str) -> bool:
        """Whether an event is for the other party alone, which opened the case."""
        opened_by = case.data.get("opened_by")
        return event in self.own and opened_by in self.transitions[event].roles and opened_by != role

    def since_renewed(self, names: Sequence[str]) -> int:
        """The place in a case's events (by name) from which on what each party did once counts.

        >>> Machine("", "", {}, {}, ("admit",)).since_renewed(["deem", "sign", "admit", "sign"])
        3
        """
        return max((place + 1 for place, name in enumerate(names) if name in self.renewed_by), default=0)

    def label(self, code: str) -> str:
        """The Chinese word for a state or an event."""
        return self.labels.get(code, code)

    def apply(self, case: Case, event: Event) -> Case:
        """The case after the event.

        Raises `Problem` case.event, case.not_allowed, case.role, case.not_own, case.data or case.time; the message
        names state, event and what is allowed.
        """
        transition = self.transitions.get(event.name)
        allowed = "、".join(self.label(name) for name in self.allowed(case)) or "—"
        if transition is None:
            raise Problem(
                "case.event",
                "没有「{event}」这种事件",
                field="event",
                event=event.name,
                allowed=allowed,
                way_out="此时可以：{allowed}",
            )
        if event.name not in self.allowed(case):
            raise Problem(
                "case.not_allowed",
                "当前状态为「{state}」，不能「{event}」",
                field="event",
                state=self.label(case.state),
                event=self.label(event.name),
                allowed=allowed,
                way_out="此时可以：{allowed}",
            )
        if event.role not in transition.roles:
            raise Problem(
                "case.role",
                "「{event}」不能由「{role}」办理",
                field="role",
                event=self.label(event.name),
                role=self.label(event.role),
                roles="、".join(self.label(role) for role in transition.roles),
                way_out="应由{roles}办理",
            )
        if self.is_anothers(case, event.name, event.role):
            raise Problem(
                "case.not_own",
                "该事项由{opened_by}提出，{role}不能「{event}」",
                field="event",
                event=self.label(event.name),
                opened_by=self.label(str(case.data["opened_by"])),
                role=self.label(event.role),
                way_out="有异议的，请「提出异议」",
            )
        for name in transition.required:
            if event.data.get(name) in (None, ""):
                raise Problem(
                    "case.data",
                    "「{event}」缺少「{name}」",
                    field=name,
                    event=self.label(event.name),
                    name=self.label(name),
                    way_out="请补充「{name}」后重试",
                )
        self._check_time(case, event, transition)
        return replace(
            case,
            state=transition.target or case.state,
            data={**case.data, **event.data},
            events=(*case.events, event),
        )

    def _check_time(self, case: Case, event: Event, transition: Transition) -> None:
        at = require_utc(event.at)
        for earlier in case.events:
            if earlier.name in transition.after and require_utc(earlier.at) > at:
                raise Problem(
                    "case.time",
                    "「{event}」的时间 {at} 早于「{earlier}」的时间 {earlier_at}",
                    field="at",
                    event=self.label(event.name),
                    at=render_local(event.at),
                    earlier=self.label(earlier.name),
                    earlier_at=render_local(earlier.at),
                    way_out="请核对两个时间",
                )


ROLE_LABELS: Mapping[str, str] = {
    "using_unit": "使用单位",
    "provider": "云服务商",
    "administration": "政务云管理单位",
    "supervisor": "云综合监管服务商",
    "integrator": "信息系统服务商",
    PROBE: "探测",
}
