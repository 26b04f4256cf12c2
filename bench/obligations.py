"""How many of a contract's obligations are found and with which times: three texts of the trade, made ones, and sets
that a second person worded without having seen the patterns.
"""

from __future__ import annotations

from collections.abc import Iterable

from tests.kits import events
from tests.kits.obligations import TEXTS, Score, load_truth
from tests.kits.obligations import measure as compare
from tests.kits.obligations.held_out import load_first_figures, measure_set
from tests.kits.obligations.made import make_text

from bench.figures import Figure
from yunqi.contract import read_contract
from yunqi.contract.obligations import find_obligations

SEEDS = 30
AIM = "0.95, no time invented"


def _scores() -> Iterable[tuple[str, Score]]:
    """By group: the texts that lie beside the project, where they do, and made ones."""
    for name, truth in load_truth().items():
        if (TEXTS / name).exists():
            data = read_contract(TEXTS / name).model_dump(mode="json")
            yield name.removesuffix(".txt"), compare(name, truth, find_obligations(data))
    whole = Score()
    for seed in range(SEEDS):
        text, made = make_text(seed)
        data = read_contract(text.encode(), f"made-{seed}.txt").model_dump(mode="json")
        whole.add(compare(f"made {seed}", made, find_obligations(data)))
    yield f"{SEEDS} made texts", whole


def measure() -> Iterable[Figure]:
    """The figure is recall; precision and the times stand beside it. The ratio of a held-out set is its recall over
    that of the known texts; what it gave before the patterns had seen it stands beside it.
    """
    known = Score()
    for name, score in _scores():
        known.add(score)
        yield Figure(f"recall, obligations of {name}", score.recall, "", _beside(score), None, AIM)
    for name, first in load_first_figures().items():
        score = measure_set(name)
        unseen = f"before the patterns had seen it recall {first['recall']:.4f}, precision {first['precision']:.4f}"
        title = f"recall, obligations of the held-out set {name}"
        yield Figure(title, score.recall, "", f"{_beside(score)}; {unseen}", score.recall / known.recall, AIM)
    for name, first in events.load_first_figures().items():
        score = events.measure_set(name)
        count, facts = score.found + len(score.missed), score.times + len(score.times_missed)
        against = (
            f"precision {score.precision:.4f}, of {count} events; {score.times} of {facts} facts right, "
            f"{len(score.times_invented)} invented; the first time recall {first['recall']:.4f}, before that 0"
        )
        title = f"recall, critical events in prose of the held-out set {name}"
        yield Figure(title, score.recall, "", against, None, AIM)


def _beside(score: Score) -> str:
    count = score.found + len(score.missed)
    times = f"{score.times} times right, {len(score.times_missed)} missed, {len(score.times_invented)} invented"
    return f"precision {score.precision:.4f}, of {count} obligations; {times}"
