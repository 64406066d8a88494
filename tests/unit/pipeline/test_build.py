"""Targets and manifests in turn: what one failure means for the others."""

from __future__ import annotations

import pytest

from composer.errors import Code, ComposerError, Diagnostic
from composer.pipeline.build import in_turn


def make(item: str) -> str:
    """Fails for the name of a code."""
    if item in Code.__members__:
        raise ComposerError(Diagnostic(Code[item], item))
    return item


def test_the_first_failure_ends_it() -> None:
    with pytest.raises(ComposerError) as caught:
        in_turn(["a", "NO_COMPILER", "b", "STEP_FAILED"], make, False)
    assert [diagnostic.code for diagnostic in caught.value.diagnostics] == [Code.NO_COMPILER]


def test_with_keep_going_all_have_their_turn_and_failures_keep_their_order() -> None:
    made, failures = in_turn(["a", "NO_COMPILER", "b", "STEP_FAILED", "c"], make, True)
    assert made == ["a", "b", "c"]
    assert [diagnostic.code for diagnostic in failures] == [Code.NO_COMPILER, Code.STEP_FAILED]


@pytest.mark.parametrize("code", ["INTERRUPTED", "DISK_FULL", "STORE_UNWRITABLE"])
def test_what_would_fail_everywhere_ends_it_in_any_case(code: str) -> None:
    with pytest.raises(ComposerError):
        in_turn(["a", code, "b"], make, True)
