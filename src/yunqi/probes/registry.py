"""The probes there are: every folder with a probe.yaml."""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import cast

import yaml

from yunqi.kernel.errors import Problem
from yunqi.probes.base import NoPlaceError, Probe, Target, Verdict

_FOLDER = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class ProbeInfo:
    """A probe as its probe.yaml describes it."""

    name: str
    title: str
    address: str
    example: str


@cache
def list_probes() -> tuple[ProbeInfo, ...]:
    """All probes by name."""
    found = []
    for path in sorted(_FOLDER.glob("*/probe.yaml")):
        given = yaml.safe_load(path.read_text("utf-8"))
        found.append(ProbeInfo(path.parent.name, given["title"], given["address"], given["example"]))
    return tuple(found)


@cache
def load_probe(name: str) -> Probe:
    """The probe of a name; raises `Problem` probe.unknown."""
    known = [one.name for one in list_probes()]
    if name not in known:
        raise Problem(
            "probe.unknown",
            "没有探测方式「{value}」",
            field="probe",
            value=name,
            known="、".join(known),
            way_out="可用的探测方式：{known}",
        )
    return cast("Probe", importlib.import_module(f"yunqi.probes.{name}.probe").probe)


def require_address(name: str, address: str) -> None:
    """Raises `Problem` probe.unknown, and probe.address for what the probe could not ask."""
    load_probe(name)
    try:
        importlib.import_module(f"yunqi.probes.{name}.probe").check_address(address)
    except ValueError as error:
        info = next(one for one in list_probes() if one.name == name)
        raise Problem(
            "probe.address",
            "「{value}」不是「{probe}」的地址：应为{form}，例如 {example}",
            field="address",
            value=address,
            probe=info.title,
            form=info.address,
            example=info.example,
            way_out="请按例填写",
        ) from error


def ask(target: Target, deadline_s: float) -> Verdict:
    """What the target's probe sees. What keeps the probe from asking is *unknown*, never up and never down."""
    probe = load_probe(target.probe)
    try:
        return probe(target, target.place, deadline_s)
    except (NoPlaceError, PermissionError, ValueError) as error:
        return Verdict("unknown", str(error)[:200])
    except OSError as error:  # out of descriptors or memory: ours, not the target's
        return Verdict("unknown", f"{type(error).__name__}: {error}"[:200])
