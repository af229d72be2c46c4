"""What is kept of a form: its key, its texts as they can be stored, and not more than anybody types."""

from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tracker.domain.drafts import LONGEST, LONGEST_GRID, Key, Unusable, fits_grid, plain, texts


@pytest.mark.parametrize("text", ["milestone.XH-ZB-02", "metric.XH-M-18", "report.17", "grid.due", "grid.open"])
def test_a_key_reads_back(text: str):
    assert str(Key.read(text)) == text


@given(st.text(max_size=80))
@settings(max_examples=30)
def test_whatever_is_sent_as_a_key_is_one_or_none(text: str):
    with suppress(Unusable):
        assert str(Key.read(text)) == text


@given(st.text(st.characters(), max_size=40))
@settings(max_examples=30)
def test_texts_can_be_stored(text: str):
    found = plain(text + "\x00\ud83d\r\n")
    assert "\x00" not in found
    assert found.encode("utf-8").decode("utf-8") == found


def test_only_what_is_typed_is_kept_and_not_too_much():
    assert texts({"note": "甲", "csrfmiddlewaretoken": "x", "files": "y"}) == {"note": "甲"}
    assert len(texts({"note": "甲" * LONGEST})["note"]) == LONGEST
    fits_grid({"milestone.A": {"note": "甲", "version": 1, "same": False}})
    with pytest.raises(Unusable, match="draft_too_long"):
        texts({"note": "甲" * (LONGEST + 1)})
    with pytest.raises(Unusable, match="draft_too_long"):
        fits_grid({"a": {"note": "甲" * LONGEST_GRID}})
