"""Small worlds for the planner, made by hand."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from yunqi.reconcile.world import Site, World
from yunqi.services.base import ResourceView
from yunqi.services.registry import load_services

SERVICES = load_services()
SITE = Site("10.64.0.0/12", "203.0.113.0/29")
TENANT = "ten-1"
GIB = 1 << 30


def view(kind: str, key: str, **spec: Any) -> ResourceView:
    return ResourceView(key, kind, key.replace("-", ""), TENANT, None, spec, 1)


def server(key: str = "srv-1", network: str = "net-1", **more: Any) -> ResourceView:
    spec = {"vcpus": 1, "memory_gb": "0.25", "system_disk_gb": 1, "grade": "normal", "image": "micro", "iops_max": 5000}
    return view("server", key, **spec, network=network, **more)


def disk(key: str = "dsk-1", target: str = "srv-1") -> ResourceView:
    return view("disk", key, size_gb=2, grade="high", server=target, iops_max=20000)


def address(key: str = "adr-1", target: str = "srv-1") -> ResourceView:
    return view("address", key, server=target, bandwidth_mbit=10)


def world(*views: ResourceView, **more: Any) -> World:
    return World({one.id: one for one in views}, **more)


def ending(one: ResourceView, *, approved: bool = True) -> ResourceView:
    return replace(one, delete_wanted=True, erase_approved=approved)
