from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from yunqi.contract.conditions import ALWAYS, NEVER, Literal, all_of, any_of, assignments, bind, needs, resolve

CHOICES = {"a": ("1", "2"), "b": ("1", "2", "3"), "c": ("yes", "no")}
literals = st.sampled_from(sorted(CHOICES)).flatmap(
    lambda code: st.sets(st.sampled_from(CHOICES[code]), min_size=1).map(
        lambda among: Literal(code, tuple(sorted(among)))
    )
)
conditions = st.lists(st.lists(literals, max_size=3), max_size=3).map(
    lambda parts: any_of(*(all_of(*(((one,),) for one in part)) for part in parts))
)


def holds(condition, answers):
    return any(all(answers[one.code] in one.among for one in part) for part in condition)


@given(conditions, conditions)
def test_all_of_and_any_of_mean_and_and_or(one, other):
    for answers in assignments(CHOICES, CHOICES):
        assert holds(all_of(one, other), answers) == (holds(one, answers) and holds(other, answers))
        assert holds(any_of(one, other), answers) == (holds(one, answers) or holds(other, answers))


@given(conditions)
def test_a_full_answer_settles_a_condition(condition):
    for answers in assignments(CHOICES, CHOICES):
        assert resolve(condition, answers) == (ALWAYS if holds(condition, answers) else NEVER)


@given(conditions, st.sampled_from(sorted(CHOICES)))
def test_a_part_answer_keeps_the_meaning(condition, code):
    for answers in assignments(CHOICES, CHOICES):
        assert holds(resolve(condition, {code: answers[code]}), answers) == holds(condition, answers)


def test_questions_about_an_event_carry_its_name():
    condition = all_of(needs("severity.重大影响", "yes"), needs("gap.minor#8", "minor#9"))
    assert bind(condition, "inc-1", ("severity.",)) == (
        (Literal("gap.minor#8", ("minor#9",)), Literal("severity.重大影响@inc-1", ("yes",))),
    )
