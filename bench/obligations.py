"""How many of a contract's obligations are found and with which times: three texts of the trade, and made ones."""

from __future__ import annotations

from collections.abc import Iterable

from tests.kits.obligations import TEXTS, Score, load_truth
from tests.kits.obligations import measure as compare
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
    """The figure is recall; precision and the times stand beside it."""
    for name, score in _scores():
        count = score.found + len(score.missed)
        times = f"{score.times} times right, {len(score.times_missed)} missed, {len(score.times_invented)} invented"
        against = f"precision {score.precision:.4f}, of {count} obligations; {times}"
        yield Figure(f"recall, obligations of {name}", score.recall, "", against, None, AIM)
