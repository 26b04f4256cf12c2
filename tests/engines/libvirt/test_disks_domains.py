"""Erase on a real file, volumes as folders, domains as XML."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.kits.engine import MIB, Things

from yunqi.engines.guest.catalogue import Image, apply_image, is_current, load_image, load_images
from yunqi.engines.guest.seed import render_meta, render_network
from yunqi.engines.libvirt import media
from yunqi.engines.libvirt.domain_xml import load_domain, render_cmdline, render_domain
from yunqi.engines.libvirt.media import apply_overwrite, read_medium, require_in_place
from yunqi.engines.libvirt.settings import LibvirtSettings, Names
from yunqi.engines.libvirt.volumes import VolumeStore
from yunqi.kernel.errors import Problem, Trouble

MICRO = Image("micro", "k", "微型", "vmlinuz", "initrd.img", "console=ttyS0", "cmdline", None, 0, 96)
BLOCK = 4096


def _needs_in_place(path: Path) -> None:
    try:
        require_in_place(path)
    except Problem:
        pytest.skip(f"{read_medium(path)} does not overwrite in place; the erase needs ext4")


@settings(max_examples=15, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 63), st.integers(1, 8)), min_size=0, max_size=6), st.integers(0, 7))
def test_erase_leaves_no_byte_of_any_pattern_of_data_and_holes(tmp_path_factory, writes, tail_sectors):
    path = tmp_path_factory.mktemp("erase") / "disk.raw"
    _needs_in_place(path.parent)
    size = 64 * BLOCK + tail_sectors * 512
    with path.open("wb") as stream:
        stream.truncate(size)
        for block, count in writes:
            stream.seek(block * BLOCK)
            stream.write((b"secret" * BLOCK)[: min(count * BLOCK, size - block * BLOCK)])
    done = apply_overwrite(path)
    assert path.stat().st_size == done.size_bytes == size
    assert path.read_bytes() == bytes(size)
    assert done.bytes_read_back == done.bytes_overwritten
    assert done.nonzero_found == 0
    assert (done.bytes_overwritten > 0) == bool(writes)


def test_erase_that_did_not_take_is_told(tmp_path, monkeypatch):
    path = tmp_path / "disk.raw"
    _needs_in_place(tmp_path)
    path.write_bytes(b"x" * 3 * BLOCK)
    real = media._write_all

    def forget_a_block(descriptor: int, block: bytes, at: int) -> None:
        real(descriptor, block[:BLOCK] if not any(block) else block, at)

    monkeypatch.setattr(media, "_write_all", forget_a_block)
    with pytest.raises(Trouble) as caught:
        apply_overwrite(path)
    assert caught.value.code == "engine.erase_failed"
    assert caught.value.values["nonzero"] > 0


def test_copy_on_write_medium_is_refused(tmp_path, monkeypatch):
    for medium, options in (("btrfs", "rw"), ("overlay", "rw"), ("zfs", "rw"), ("ext4", "rw,data=journal")):
        monkeypatch.setattr(media, "_read_mount", lambda _path, m=medium, o=options: (m, o, "/dev/x"))
        with pytest.raises(Problem) as caught:
            require_in_place(tmp_path)
        assert caught.value.code == "engine.medium"


def test_root_of_the_file_system_is_found(tmp_path):
    assert read_medium(Path("/proc")) == "proc"
    assert read_medium(tmp_path) != ""


def test_volume_appears_whole_or_not_at_all(tmp_path):
    store, volume = VolumeStore(tmp_path / "v", tmp_path / "i"), Things().data
    half = store.make_half(volume)
    assert store.load(volume.id) is None
    assert store.find_strays() == (f"volume:high/{volume.id}.partial",)
    store.finish(half, volume, 3)
    kept = store.load(volume.id)
    assert kept is not None
    assert (kept.thing, kept.token, kept.erasing, kept.erasure) == (volume, 3, False, None)
    assert store.find_strays() == ()
    kept.path.write_bytes(b"data")
    assert store.load(volume.id).thing.size_bytes == 4  # what is there, not what was promised
    (kept.path.parent / "volume.json").unlink()
    assert store.find_strays() == (f"damaged:high/{volume.id}",)
    assert not store.sweep(f"damaged:high/{volume.id}")
    assert kept.path.read_bytes() == b"data"


def test_what_was_read_of_a_volume_outlives_its_removal(tmp_path):
    """Another thread may drop an erased volume between the reading and the use of what was read."""
    store, volume = VolumeStore(tmp_path / "v", tmp_path / "i"), Things().data
    half = store.make_half(volume)
    store.finish(half, volume, 1)
    store.load(volume.id).path.write_bytes(b"x" * 8192)
    kept = store.load_all()[volume.id]
    store.drop(kept)
    assert kept.allocated_bytes >= 8192
    assert store.load_all() == {}


def test_image_is_copied_and_must_fit(tmp_path):
    images = tmp_path / "i"
    half = images / "disky.partial"
    half.mkdir(parents=True)
    (half / "disk.raw").write_bytes(b"root" * 1024)
    image = replace(MICRO, name="disky", disk="disk.raw", disk_bytes=4096)
    apply_image(images, half, image)
    store = VolumeStore(tmp_path / "v", images)
    volume = replace(Things().system, image="disky", size_bytes=MIB)
    made = store.make_half(volume) / "disk.raw"
    assert made.stat().st_size == MIB
    assert made.read_bytes()[:4096] == b"root" * 1024
    with pytest.raises(Problem) as caught:
        store.make_half(replace(volume, size_bytes=2048))
    assert caught.value.code == "engine.image_too_big"


def test_catalogue_knows_images_by_name(tmp_path):
    for key in ("one", "two"):
        half = tmp_path / "micro.partial"
        half.mkdir()
        apply_image(tmp_path, half, replace(MICRO, key=key))
    assert load_images(tmp_path) == (replace(MICRO, key="two"),)
    assert is_current(tmp_path, "micro", "two")
    assert not is_current(tmp_path, "micro", "one")
    for name in ("absent", "../micro", "", "a/b"):
        with pytest.raises(Problem) as caught:
            load_image(tmp_path, name)
        assert caught.value.code == "image.unknown"
    assert [path.name for path in tmp_path.iterdir()] == ["micro"]


def _render(things: Things, image: Image = MICRO, token: int = 1, iops: int = 300, accelerator: str = "tcg") -> str:
    site = LibvirtSettings("a1b2", Path("/state"), Path("/images"))
    data = replace(things.data, iops_max=iops)
    return render_domain(
        things.domain,
        settings=site,
        names=Names("a1b2"),
        image=image,
        volumes={v.id: (v, Path(f"/v/{v.id}/disk.raw")) for v in (things.system, data)},
        networks={things.network.id: things.network},
        accelerator=accelerator,
        token=token,
    )


def test_domain_comes_back_from_its_definition():
    things = Things()
    kept = load_domain(_render(things, token=7))
    assert kept is not None
    assert (kept.thing, kept.token) == (things.domain, 7)
    assert load_domain("<domain/>") is None
    assert load_domain(_render(things).replace("memory_mib", "memory")) is None


def test_definition_changed_by_another_hand_is_a_difference():
    things = Things()
    xml = _render(things)
    changes = (("<vcpu>1<", "<vcpu>8<"), (">163840<", ">524288<"), (things.domain.ports[0].mac + '"', '52:00"'))
    for found, put in changes:
        assert found in xml
        kept = load_domain(xml.replace(found, put, 1))
        assert kept is not None
        assert kept.thing != things.domain


def test_digest_follows_the_definition_and_not_the_token():
    things = Things()
    one, again, other = (load_domain(x) for x in (_render(things), _render(things, token=9), _render(things, iops=9)))
    assert one is not None
    assert again is not None
    assert other is not None
    assert one.digest == again.digest != other.digest


def test_hardware_virtualisation_is_used_where_it_works():
    assert ' type="qemu"' in _render(Things()).partition("<name>")[0]
    xml = _render(Things(), accelerator="kvm")
    assert ' type="kvm"' in xml.partition("<name>")[0]
    assert '<cpu mode="host-passthrough" />' in xml


def test_disk_keeps_freed_blocks_and_has_its_ceiling():
    xml = _render(Things())
    assert xml.count('discard="ignore"') == 2
    assert "<total_iops_sec>300</total_iops_sec>" in xml


def test_guest_learns_its_name_and_addresses():
    things = Things()
    networks = {things.network.id: things.network}
    mac = things.domain.ports[0].mac
    line = render_cmdline(things.domain, MICRO, networks)
    assert f"yq.host=web-1 yq.nic={mac},10.31.0.10/24,10.31.0.1" in line
    assert "yq." not in render_cmdline(things.domain, replace(MICRO, seed="nocloud"), networks)
    port = render_network(things.domain, networks)["ethernets"]["port0"]
    assert (port["match"], port["addresses"], port["gateway4"]) == ({"macaddress": mac}, ["10.31.0.10/24"], "10.31.0.1")
    assert render_meta(things.domain) == {"instance-id": things.domain.id, "local-hostname": "web-1"}
