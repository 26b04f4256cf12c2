"""Things as text, whole files, locks, fences, commands."""

from __future__ import annotations

import json
import multiprocessing
import os
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yunqi.engines.base import Address, Domain, Network, Port, StaleToken, Volume
from yunqi.engines.command import keeping, run
from yunqi.engines.files import is_locked, load_json, locked, raise_fence, write_whole
from yunqi.engines.things import kind_of, load_thing, render_thing, require_fresh, require_safe_id
from yunqi.kernel.errors import Problem, Trouble

_text = st.text(max_size=20)
_count = st.integers(min_value=0, max_value=2**50)
_ports = st.builds(Port, _text, _text, _text)
_things = st.one_of(
    st.builds(Network, _text, _text, _text, _text),
    st.builds(Volume, _text, _text, _text, _count, _count, st.none() | _text),
    st.builds(
        Domain,
        id=_text,
        tenant=_text,
        hostname=_text,
        vcpus=_count,
        memory_mib=_count,
        image=_text,
        volumes=st.lists(_text, max_size=3).map(tuple),
        ports=st.lists(_ports, max_size=3).map(tuple),
    ),
    st.builds(Address, _text, _text, _text, _text, _text, _count),
)


@given(_things)
def test_a_thing_survives_its_text(thing):
    assert load_thing(kind_of(thing), json.loads(render_thing(thing))) == thing


@given(_things, _things)
def test_equal_text_means_equal_things(one, other):
    if kind_of(one) == kind_of(other):
        assert (render_thing(one) == render_thing(other)) == (one == other)


@given(st.text(max_size=70))
def test_a_safe_id_is_one_plain_word(text):
    try:
        require_safe_id(text)
    except Problem:
        return
    assert text.isascii()
    assert text == text.lower().strip("-./ ")
    assert Path(text).name == text


@given(st.integers(), st.integers())
def test_only_an_older_token_is_refused(token, kept):
    if token < kept:
        with pytest.raises(StaleToken):
            require_fresh(token, kept, "x")
    else:
        require_fresh(token, kept, "x")


def test_fence_only_rises(tmp_path):
    assert [raise_fence(tmp_path / "fence.json", token) for token in (3, 1, 7, 6)] == [3, 3, 7, 7]


def test_damaged_file_is_told_not_overwritten(tmp_path):
    path = tmp_path / "x.json"
    for text in ("{", "[]", '"x"'):
        path.write_text(text)
        with pytest.raises(Trouble) as caught:
            load_json(path)
        assert caught.value.code == "engine.damaged"
        assert path.read_text() == text
    assert load_json(tmp_path / "absent.json") is None


def test_whole_file_leaves_no_partial(tmp_path):
    write_whole(tmp_path / "a", "one")
    write_whole(tmp_path / "a", "two")
    assert [path.name for path in tmp_path.iterdir()] == ["a"]
    assert (tmp_path / "a").read_text() == "two"


def _hold(path: Path, told: multiprocessing.Queue) -> None:
    with locked(path):
        told.put("held")
        time.sleep(30)


def test_lock_dies_with_its_holder(tmp_path):
    context = multiprocessing.get_context("fork")
    told = context.Queue()
    holder = context.Process(target=_hold, args=(tmp_path / "lock", told))
    holder.start()
    told.get(timeout=10)
    with pytest.raises(Trouble) as caught, locked(tmp_path / "lock", deadline_s=0.05):
        pass
    assert caught.value.code == "engine.busy"
    assert is_locked(tmp_path / "lock")
    holder.kill()
    holder.join()
    assert not is_locked(tmp_path / "lock")
    assert not is_locked(tmp_path / "never")
    with locked(tmp_path / "lock", deadline_s=5):
        pass


def test_orphaned_command_keeps_the_lock_until_it_is_done(tmp_path):
    child = os.fork()
    if child == 0:
        with locked(tmp_path / "lock") as descriptor, keeping(descriptor):
            run(["sh", "-c", f"touch {tmp_path}/started; sleep 0.6; touch {tmp_path}/done"])
    while not (tmp_path / "started").exists():
        time.sleep(0.01)
    os.kill(child, 9)
    os.waitpid(child, 0)
    assert not (tmp_path / "done").exists()
    with locked(tmp_path / "lock", deadline_s=10):
        assert (tmp_path / "done").exists()


def test_command_says_its_own_words():
    assert run(["cat"], stdin="云") == "云"
    with pytest.raises(Trouble) as caught:
        run(["sh", "-c", "echo broken wire >&2; exit 3"])
    assert caught.value.code == "engine.command_failed"
    assert caught.value.values["reason"] == "broken wire"
    assert caught.value.values["returned"] == 3
    with pytest.raises(Trouble) as caught:
        run(["sleep", "5"], deadline_s=0.05)
    assert caught.value.code == "engine.command_late"
    with pytest.raises(Problem) as caught_problem:
        run(["no-such-program-of-ours"])
    assert caught_problem.value.code == "engine.no_program"


def test_engine_folders_say_what_they_are():
    import yaml

    for path in (Path(__file__).parents[2] / "src/yunqi/engines").glob("*/engine.yaml"):
        body = yaml.safe_load(path.read_text(encoding="utf-8"))
        assert body["name"] == path.parent.name
        assert {"version", "title", "capabilities", "outside_program", "licence", "needs"} <= set(body)
