"""A refusal says deed and roles in the words of the language, never in codes."""

from __future__ import annotations

from yunqi.kernel.errors import Problem, Words
from yunqi.kernel.rights import Caller, Target, decide
from yunqi.kernel.rights_table import RIGHTS
from yunqi.kernel.words import render_error


def test_words_within_an_error_are_translated_with_it() -> None:
    error = Problem("a.b", "「{deed}」由{roles}办理", deed=Words("付款"), roles=(Words("经办"), Words("审批")))
    assert render_error(error) == "「付款」由经办、审批办理"


def test_who_may_is_told_by_role_and_else_sent_to_another_organisation() -> None:
    mine = Target(using_unit_id="org-1", provider_id="org-2")
    reader = Caller("per-1", "甲", "org-1", "甲方", "using_unit", frozenset({"reader"}))
    refused = decide(reader, RIGHTS["payment.record"], mine)
    assert refused is not None
    assert render_error(refused).endswith("本单位中可执行此操作的角色：经办")
    provider = Caller("per-2", "乙", "org-2", "乙方", "provider", frozenset({"operator"}))
    refused = decide(provider, RIGHTS["payment.record"], mine)
    assert refused is not None
    assert render_error(refused).endswith("这一操作由其他单位办理")
