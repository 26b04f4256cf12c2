"""What belongs to a site beyond its whole things: strays, and everything that a site leaves when it goes."""

from __future__ import annotations

import pwd
import shutil
import stat
from collections.abc import Iterable
from pathlib import Path

from yunqi.engines.command import run
from yunqi.engines.libvirt.domains import DomainStore
from yunqi.engines.libvirt.kernel import NETNS_DIR, Seen, read_kernel
from yunqi.engines.libvirt.parts import World
from yunqi.engines.libvirt.settings import Names
from yunqi.kernel.errors import Problem


def require_reachable(folders: Iterable[Path]) -> None:
    """Raises Problem engine.not_reachable where the guests' user could not come to its disks and kernels."""
    try:
        pwd.getpwnam("libvirt-qemu")
    except KeyError:
        return
    for folder in folders:
        for part in (folder.resolve(), *folder.resolve().parents):
            if not part.stat().st_mode & stat.S_IXOTH:
                raise Problem(
                    "engine.not_reachable",
                    "目录 {path} 不允许其他用户进入,虚拟机进程(用户 libvirt-qemu)无法读取其中的磁盘",
                    field="state_dir",
                    path=part,
                    way_out="请运行 chmod o+x {path},或改用 /var/lib 下的目录",
                )


def find_strays(world: World, seen: Seen, domains: DomainStore) -> tuple[str, ...]:
    """Names `kind:name` of what carries the site's name and belongs to no kept thing; none of them holds data."""
    names = world.names
    taps = {tap for tap, _, _ in world.ports()}
    links = {names.edge_bridge, names.edge_link, *taps}
    places = {names.outside}
    for network_id in world.networks:
        links |= {names.bridge(network_id), names.router_link(network_id), names.up_link(network_id)}
        places.add(names.router(network_id))
    folders = _list_folders(world.settings.state_dir / "domains")
    return (
        *(f"domain:{name}" for name in domains.read_nameless()),
        *(f"folder:{name}" for name in folders if name not in world.domains),
        *(f"port:{port[0]}" for port in sorted(seen.ports) if port[0] not in taps),
        *(f"link:{name}" for name in sorted(seen.links) if name not in links),
        *(f"place:{name}" for name in sorted({*seen.places, *seen.broken_places}) if name not in places),
    )


def sweep_stray(stray: str, world: World, domains: DomainStore) -> bool:
    """Removes a stray that holds no data; whether it was one."""
    kind, _, name = stray.partition(":")
    seen = read_kernel(world.names, [])
    if kind == "domain":
        domains.drop_nameless(name)
    elif kind == "folder":
        shutil.rmtree(world.settings.state_dir / "domains" / name, ignore_errors=True)
    elif kind == "port":
        for tap, mac, ip in sorted(port for port in seen.ports if port[0] == name):
            element = f'{{ "{tap}" . {mac} . {ip} }}'
            run(["nft", "delete", "element", "bridge", world.names.guard_table, "ports", element])
    elif kind == "link":
        if name in seen.links:
            run(["ip", "link", "delete", "dev", name])
    elif kind == "place":
        if name in seen.places:
            run(["ip", "netns", "delete", name])
        (NETNS_DIR / name).unlink(missing_ok=True)
    elif kind == "table":
        run(["nft", "delete", "table", "bridge", name])
    else:
        return False
    return True


def find_leftovers(names: Names, state_dir: Path, domains: DomainStore, all_domains: Iterable[str]) -> list[str]:
    """Everything on this machine that carries the site's name, in the order in which it can be taken away."""
    seen = read_kernel(names, [])
    files = [
        f"file:{path.relative_to(state_dir)}"
        for pattern in ("networks/*.json", "addresses/*.json", "volumes/*/*")
        for path in sorted(state_dir.glob(pattern))
    ]
    return [
        *(f"domain:{name}" for name in sorted({*domains.read_nameless(), *all_domains})),
        *(f"folder:{name}" for name in _list_folders(state_dir / "domains")),
        *(f"link:{name}" for name in sorted(seen.links)),
        *(f"place:{name}" for name in sorted({*seen.places, *seen.broken_places})),
        *([f"table:{names.guard_table}"] if seen.guard else []),
        *files,
    ]


def _list_folders(root: Path) -> list[str]:
    return sorted(path.name for path in root.iterdir()) if root.exists() else []
