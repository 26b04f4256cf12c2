"""The fake engine: the same promises as a real one, kept in files, so that it survives a SIGKILL as the world does."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from cryptography.hazmat.primitives.hashes import SM3, Hash

from yunqi.engines.base import (
    Address,
    Domain,
    Erasure,
    ForeignDomain,
    Network,
    Observed,
    ObservedDomain,
    ObservedVolume,
    Thing,
    Usage,
    Volume,
)
from yunqi.engines.files import load_json, locked, raise_fence, write_whole
from yunqi.engines.things import (
    KINDS,
    kind_of,
    load_thing,
    render_thing,
    require_erased,
    require_fresh,
    require_known,
    require_safe_id,
    require_unused,
    require_volume_change,
    users_of_network,
)

Hook = Callable[[str], None]
"""Told `before|middle|after <call> <id>`, in the order of the work; a test may kill the process or raise in it."""

_T = TypeVar("_T", Network, Volume, Domain, Address)


def _no_hook(_point: str) -> None:
    return


class FakeEngine:
    """An engine whose world is the folder `path`: one JSON file a thing. Every call is durable when it returns."""

    name = "fake"

    def __init__(self, path: Path, hook: Hook = _no_hook) -> None:
        self._path = Path(path)
        self._hook = hook
        for kind in (*KINDS, "stray"):
            (self._path / kind).mkdir(parents=True, exist_ok=True)

    # --- compute

    def put_domain(self, domain: Domain, token: int) -> None:
        """See base: defines the domain if it is missing or differs."""
        with self._change("put_domain", domain.id, token):
            self._require_volumes(domain)
            networks = {port.network for port in domain.ports}
            require_known("network", networks, [id_ for id_ in networks if self._read("network", id_)], domain.id)
            for volume in domain.volumes:
                require_unused(volume, self._users(volume, besides=domain.id))
                self._amend("volume", volume, token, used_by=domain.id)
            kept = self._read("domain", domain.id) or {}
            self._write(domain, token, running=bool(kept.get("running")), speaks=bool(kept.get("speaks", True)))

    def start_domain(self, domain_id: str, token: int) -> None:
        """See base: starts it unless it runs."""
        with self._change("start_domain", domain_id, token):
            self._require_volumes(self._thing(Domain, self._kept("domain", domain_id)))
            self._amend("domain", domain_id, token, running=True)

    def stop_domain(self, domain_id: str, token: int) -> None:
        """See base: stops it at once if it runs."""
        with self._change("stop_domain", domain_id, token):
            if self._read("domain", domain_id):
                self._amend("domain", domain_id, token, running=False)

    def drop_domain(self, domain_id: str, token: int) -> None:
        """See base: stops and undefines it; its volumes stay."""
        with self._change("drop_domain", domain_id, token):
            if self._read("domain", domain_id):
                self._amend("domain", domain_id, token, running=False)
                self._hook(f"middle drop_domain {domain_id}")
                self._remove("domain", domain_id)

    # --- disks

    def put_volume(self, volume: Volume, token: int) -> None:
        """See base: makes the volume whole or not at all; grows it."""
        with self._change("put_volume", volume.id, token):
            kept = self._read("volume", volume.id)
            require_volume_change(
                self._thing(Volume, kept) if kept else None, erased=bool(kept and kept["erasing"]), wanted=volume
            )
            if kept is None:
                half_made = self._file("stray", f"{volume.id}.partial")
                write_whole(half_made, render_thing(volume))
                self._hook(f"middle put_volume {volume.id}")
                self._write(volume, token, content=True, erasing=False, erasure=None, used_by=None)
                half_made.unlink(missing_ok=True)
            else:
                self._write(volume, token, **{key: kept[key] for key in ("content", "erasing", "erasure", "used_by")})

    def erase_volume(self, volume_id: str, token: int) -> Erasure:
        """See base: destroys the content and reads back."""
        with self._change("erase_volume", volume_id, token):
            body = self._kept("volume", volume_id)
            require_unused(volume_id, [id_ for id_ in self._users(volume_id) if self._kept("domain", id_)["running"]])
            if body["erasure"] is None:
                self._amend("volume", volume_id, token, erasing=True)
                self._hook(f"middle erase_volume {volume_id}")
                size_bytes = self._thing(Volume, body).size_bytes
                erasure = {
                    "volume": volume_id,
                    "medium": "fake",
                    "method": "overwrite.random-zero",
                    "size_bytes": size_bytes,
                    "bytes_overwritten": size_bytes,
                    "bytes_read_back": size_bytes,
                    "nonzero_found": 0,
                    "sm3": _sm3_of_zeros(min(size_bytes, 1 << 20)),
                }
                self._amend("volume", volume_id, token, content=False, erasure=erasure)
                body["erasure"] = erasure
            return Erasure(**body["erasure"])

    def drop_volume(self, volume_id: str, token: int) -> None:
        """See base: removes an erased volume."""
        with self._change("drop_volume", volume_id, token):
            body = self._read("volume", volume_id)
            if body is None:
                return
            require_unused(volume_id, self._users(volume_id))
            require_erased(volume_id, erased=body["erasure"] is not None)
            self._remove("volume", volume_id)

    # --- networks

    def put_network(self, network: Network, token: int) -> None:
        """See base: makes it so."""
        self._put_with_parts(network, token)

    def drop_network(self, network_id: str, token: int) -> None:
        """See base: takes it away with all its parts."""
        with self._change("drop_network", network_id, token):
            if self._read("network", network_id):
                require_unused(network_id, users_of_network(self._all(Domain), self._all(Address), network_id))
                self._drop_with_parts("network", network_id, token)

    def put_address(self, address: Address, token: int) -> None:
        """See base: makes it so."""
        self._put_with_parts(address, token)

    def drop_address(self, address_id: str, token: int) -> None:
        """See base: takes it away with all its parts."""
        with self._change("drop_address", address_id, token):
            if self._read("address", address_id):
                self._drop_with_parts("address", address_id, token)

    # --- reading back

    def observe(self) -> Observed:
        """See base: everything of this installation."""
        bodies = {kind: self._bodies(kind) for kind in KINDS}
        return Observed(
            networks={id_: self._thing(Network, body) for id_, body in bodies["network"].items()},
            volumes={
                id_: ObservedVolume(
                    self._thing(Volume, body),
                    allocated_bytes=self._thing(Volume, body).size_bytes if body["content"] else 0,
                    erased=body["erasure"] is not None,
                )
                for id_, body in bodies["volume"].items()
            },
            domains={
                id_: ObservedDomain(self._thing(Domain, body), body["running"])
                for id_, body in bodies["domain"].items()
            },
            addresses={id_: self._thing(Address, body) for id_, body in bodies["address"].items()},
            strays=tuple(sorted(path.stem for path in (self._path / "stray").glob("*.json"))),
            incomplete=frozenset(
                id_ for kind in ("network", "address") for id_, body in bodies[kind].items() if not body["complete"]
            ),
        )

    def sweep_strays(self, token: int) -> tuple[str, ...]:
        """See base: removes the strays; none of the fake's holds data."""
        with self._change("sweep_strays", "strays", token):
            strays = self.observe().strays
            for stray in strays:
                self._file("stray", stray).unlink(missing_ok=True)
            return strays

    def read_usage(self) -> tuple[Usage, ...]:
        """See base: a running domain is there with counters of zero, as after a start; the fake does no work."""
        return tuple(
            Usage(id_, {"cpu_time_ns": 0, "memory_bytes": domain.thing.memory_mib << 20})
            for id_, domain in sorted(self.observe().domains.items())
            if domain.running
        )

    def list_foreign(self) -> tuple[ForeignDomain, ...]:
        """See base: the machines of the file `foreign.json`, as somebody else's hypervisor would list them."""
        path = self._path / "foreign.json"
        rows: list[dict[str, Any]] = json.loads(path.read_text("utf-8")) if path.exists() else []
        return tuple(ForeignDomain(**(row | {"disks": tuple(row["disks"])})) for row in rows)

    def read_foreign_usage(self, subjects: Mapping[str, str]) -> tuple[Usage, ...]:
        """See base: a running machine is there with counters of zero."""
        return tuple(
            Usage(subjects[one.uuid], {"cpu_time_ns": 0, "memory_bytes": one.memory_mib << 20})
            for one in self.list_foreign()
            if one.running and one.uuid in subjects
        )

    # --- what a test does to the world behind the executor's back

    def kill_domain(self, domain_id: str) -> None:
        """The domain's process dies."""
        self._amend("domain", domain_id, 0, running=False)

    def set_speech(self, domain_id: str, *, speaks: bool) -> None:
        """Whether the server in the domain answers on the wire while it runs."""
        self._amend("domain", domain_id, 0, speaks=speaks)

    def speaks(self, domain_id: str) -> bool:
        """Whether the server answers: its domain runs and was not silenced."""
        body = self._read("domain", domain_id)
        return bool(body and body["running"] and body["speaks"])

    def lose_part(self, thing_id: str) -> None:
        """A rule or a link of the network or address is lost."""
        kind = "network" if self._read("network", thing_id) else "address"
        self._amend(kind, thing_id, 0, complete=False)

    def add_stray(self, name: str) -> None:
        """Something of this installation's name lies about."""
        write_whole(self._file("stray", require_safe_id(name)), "{}")

    def forget_all(self) -> None:
        """The whole world is gone, as after a lost disk."""
        shutil.rmtree(self._path)
        FakeEngine(self._path)

    # --- inside

    @contextmanager
    def _change(self, call: str, thing_id: str, token: int) -> Iterator[None]:
        require_safe_id(thing_id)
        with locked(self._path / "lock"):
            require_fresh(token, raise_fence(self._path / "fence.json", token), thing_id)
            self._hook(f"before {call} {thing_id}")
            yield
            self._hook(f"after {call} {thing_id}")

    def _put_with_parts(self, thing: Network | Address, token: int) -> None:
        call = f"put_{kind_of(thing)}"
        with self._change(call, thing.id, token):
            kept = self._read(kind_of(thing), thing.id)
            if isinstance(thing, Address):
                self._kept("network", thing.network)
            if kept and kept["complete"] and load_thing(kind_of(thing), kept["thing"]) == thing:
                return
            self._write(thing, token, complete=False)
            self._hook(f"middle {call} {thing.id}")
            self._write(thing, token, complete=True)

    def _drop_with_parts(self, kind: str, thing_id: str, token: int) -> None:
        self._amend(kind, thing_id, token, complete=False)
        self._hook(f"middle drop_{kind} {thing_id}")
        self._remove(kind, thing_id)

    def _file(self, kind: str, thing_id: str) -> Path:
        return self._path / kind / f"{thing_id}.json"

    def _read(self, kind: str, thing_id: str) -> dict[str, Any] | None:
        return load_json(self._file(kind, thing_id))

    def _bodies(self, kind: str) -> dict[str, dict[str, Any]]:
        bodies = {path.stem: load_json(path) for path in sorted((self._path / kind).glob("*.json"))}
        return {id_: body for id_, body in bodies.items() if body is not None}

    def _all(self, form: type[_T]) -> list[_T]:
        return [self._thing(form, body) for body in self._bodies(form.__name__.lower()).values()]

    def _kept(self, kind: str, thing_id: str) -> dict[str, Any]:
        body = self._read(kind, thing_id)
        require_known(kind, [thing_id], [thing_id] if body else [], thing_id)
        return body or {}

    def _users(self, volume_id: str, besides: str | None = None) -> list[str]:
        user = (self._read("volume", volume_id) or {}).get("used_by")
        body = self._read("domain", user) if user and user != besides else None
        return [str(user)] if body and volume_id in body["thing"]["volumes"] else []

    def _require_volumes(self, domain: Domain) -> None:
        usable = [id_ for id_ in domain.volumes if not (self._read("volume", id_) or {"erasing": True})["erasing"]]
        require_known("volume", domain.volumes, usable, domain.id)

    @staticmethod
    def _thing(form: type[_T], body: Mapping[str, Any]) -> _T:
        thing = load_thing(form.__name__.lower(), body["thing"])
        if not isinstance(thing, form):
            raise TypeError(f"{thing!r} is no {form.__name__}")
        return thing

    def _write(self, thing: Thing, token: int, **extra: Any) -> None:
        body = {"thing": json.loads(render_thing(thing)), "token": token, **extra}
        write_whole(self._file(kind_of(thing), thing.id), json.dumps(body, ensure_ascii=False))

    def _amend(self, kind: str, thing_id: str, token: int, **changes: Any) -> None:
        body = self._kept(kind, thing_id)
        write_whole(
            self._file(kind, thing_id),
            json.dumps({**body, **changes, "token": max(token, body["token"])}, ensure_ascii=False),
        )

    def _remove(self, kind: str, thing_id: str) -> None:
        self._file(kind, thing_id).unlink(missing_ok=True)


def _sm3_of_zeros(size_bytes: int) -> str:
    digest = Hash(SM3())
    digest.update(bytes(size_bytes))
    return digest.finalize().hex()
