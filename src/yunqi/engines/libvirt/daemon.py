"""Finds libvirt, and starts it where no init system does."""

from __future__ import annotations

import grp
import os
import pwd
import shutil
import signal
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as LateError
from pathlib import Path
from typing import Any, TypeVar

import libvirt

from yunqi.engines.command import run
from yunqi.engines.files import locked
from yunqi.kernel.errors import Problem, Trouble

_START_DEADLINE_S = 20
_CALL_DEADLINE_S = 90
_USER = "libvirt-qemu"
_STARTED = Path("/run/yunqi-libvirt.started")
_BROKEN = frozenset({libvirt.VIR_ERR_SYSTEM_ERROR, libvirt.VIR_ERR_RPC, libvirt.VIR_ERR_INVALID_CONN})
_T = TypeVar("_T")


def ensure_libvirt(uri: str = "qemu:///system") -> None:
    """Makes sure that libvirt answers; starts virtlogd and libvirtd by hand where there is no init system to do it.

    What Debian's own service packages would prepare is prepared then: the user and group of the guests, and their right
    to /dev/kvm (without it libvirt asks QEMU for its abilities again and again, a minute for each domain). No
    configuration file is written.
    """
    if _answers(uri):
        return
    if not _may_start():
        raise Problem(
            "engine.no_libvirt",
            "连接不到 {uri}",
            uri=uri,
            way_out="请安装 libvirt-daemon 与 libvirt-daemon-driver-qemu 并启动 libvirtd(systemctl start libvirtd)",
        )
    with locked(Path("/run/yunqi-libvirt.lock")):
        if _answers(uri):
            return
        _prepare_user()
        for folder in ("/var/log/libvirt/qemu", "/var/lib/libvirt", "/run/libvirt"):
            Path(folder).mkdir(parents=True, exist_ok=True)
        if not Path("/run/libvirt/virtlogd-sock").exists() or not _runs("virtlogd"):
            run(["setsid", "virtlogd", "-d"])
        if not _runs("libvirtd"):
            _STARTED.touch()
            run(["setsid", "libvirtd", "-d"])
        until = time.monotonic() + _START_DEADLINE_S
        while not _answers(uri):
            if time.monotonic() > until:
                raise Trouble(
                    "engine.libvirt_silent",
                    "libvirtd 启动后 {seconds} 秒内没有应答",
                    seconds=_START_DEADLINE_S,
                    way_out="请查看 /var/log/libvirt/libvirtd.log",
                )
            time.sleep(0.1)


def end_libvirt(uri: str = "qemu:///system") -> bool:
    """Ends the daemons that `ensure_libvirt` started, once no domain runs; whether it did."""
    if not _STARTED.exists() or not _may_start():
        return False
    with locked(Path("/run/yunqi-libvirt.lock")):
        listed = run(["virsh", "--connect", uri, "list", "--name"], deadline_s=15)
        if listed.strip() or not _STARTED.exists():
            return False
        for program in ("libvirtd", "virtlogd"):
            for pid in _find_processes(program):
                os.kill(pid, signal.SIGTERM)
        until = time.monotonic() + _START_DEADLINE_S
        while (_runs("libvirtd") or _runs("virtlogd")) and time.monotonic() < until:
            time.sleep(0.05)
        _STARTED.unlink(missing_ok=True)
    return True


class Hypervisor:
    """A connection to libvirt on which every call has a deadline; opened when needed, opened again when it broke."""

    def __init__(self, uri: str) -> None:
        self._uri = uri
        self._connection: Any = None
        self._pid = 0
        self._pool: ThreadPoolExecutor | None = None
        libvirt.registerErrorHandler(lambda _context, _error: None, None)

    def ask(self, call: Callable[[Any], _T], deadline_s: float = _CALL_DEADLINE_S) -> _T:
        """What the call on the connection gives; raises Trouble for an error of libvirt or a missed deadline."""
        if self._pool is None or self._pid != os.getpid():
            self._pool, self._connection, self._pid = ThreadPoolExecutor(1, "libvirt"), None, os.getpid()
        future: Future[_T] = self._pool.submit(self._ask, call)
        try:
            return future.result(deadline_s)
        except LateError as error:
            self._pool.shutdown(wait=False)
            self._pool, self._connection = None, None
            raise Trouble(
                "engine.libvirt_late",
                "libvirt 在 {seconds} 秒内没有应答",
                seconds=deadline_s,
                way_out="稍后自动重试",
            ) from error
        except libvirt.libvirtError as error:
            raise Trouble(
                "engine.libvirt", "libvirt 拒绝了操作:{reason}", reason=error, way_out="稍后自动重试"
            ) from error

    def close(self) -> None:
        """Ends the connection and its thread."""
        if self._pool is not None and self._pid == os.getpid():
            self._pool.submit(self._close).result(_CALL_DEADLINE_S)
            self._pool.shutdown()
        self._pool, self._connection = None, None

    def _ask(self, call: Callable[[Any], _T]) -> _T:
        if self._connection is None or not self._connection.isAlive():
            self._open()
        try:
            return call(self._connection)
        except libvirt.libvirtError as error:
            if error.get_error_domain() != libvirt.VIR_FROM_RPC and error.get_error_code() not in _BROKEN:
                raise
            self._open()  # the pipe broke; calls look before they act, so one may be made again
            return call(self._connection)

    def _open(self) -> None:
        try:
            self._connection = libvirt.open(self._uri)
        except libvirt.libvirtError:
            if not _may_start():
                raise
            ensure_libvirt(self._uri)  # it died: running guests go on without it, and are found again
            self._connection = libvirt.open(self._uri)

    def _close(self) -> None:
        if self._connection is not None:
            self._connection.close()


def _may_start() -> bool:
    """Whether starting libvirt is ours to do: as root, where no init system does it."""
    return not Path("/run/systemd/system").exists() and os.geteuid() == 0 and shutil.which("libvirtd") is not None


def _answers(uri: str) -> bool:
    try:
        run(["virsh", "--connect", uri, "version"], deadline_s=15)
    except Trouble:
        return False
    return True


def _runs(program: str) -> bool:
    """Whether a living process (no zombie) has that name."""
    return bool(_find_processes(program))


def _find_processes(program: str) -> list[int]:
    found = []
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            name, _, rest = status.read_text().partition("(")[2].rpartition(")")
        except OSError:
            continue
        if name == program and rest.split()[0] != "Z":
            found.append(int(status.parent.name))
    return found


def _prepare_user() -> None:
    for group in ("kvm", _USER):
        try:
            grp.getgrnam(group)
        except KeyError:
            run(["groupadd", "--system", group])
    try:
        pwd.getpwnam(_USER)
    except KeyError:
        home = ("--no-create-home", "--home-dir", "/var/lib/libvirt", "--shell", "/usr/sbin/nologin")
        run(["useradd", "--system", "--gid", _USER, "--groups", "kvm", *home, _USER])
    device = Path("/dev/kvm")
    if device.exists():
        os.chown(device, 0, grp.getgrnam("kvm").gr_gid)
        device.chmod(0o660)
