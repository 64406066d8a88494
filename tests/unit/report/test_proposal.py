"""Texts as YAML: whatever is written, the composer's own reader reads it again."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from composer.load.document import parse_document
from composer.report.proposal import quoted, scalar

TEXTS = st.text(st.characters(exclude_categories=["Cs"])) | st.from_regex(r"[-.0-9a-zA-Z_/~+= #:]{0,6}", fullmatch=True)


@given(st.lists(TEXTS, min_size=1, max_size=3))
def test_texts_are_read_as_they_were(texts: list[str]) -> None:
    lines = [f"a: [{', '.join(map(scalar, texts))}]", "b:", *(f"  - {scalar(text)}" for text in texts)]
    lines += ["c:", f"  {scalar(texts[0])}: {quoted(texts[-1])}"]
    document = parse_document("\n".join(lines) + "\n", "x", "manifest")
    assert document.value == {"a": texts, "b": texts, "c": {texts[0]: texts[-1]}}
    assert not document.mistakes
