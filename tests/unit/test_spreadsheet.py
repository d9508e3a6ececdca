"""Cells of a table: none begins a formula, and every text comes back as it was."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.spreadsheet import plain_cell, safe_cell

TRIGGERS = "=+-@\t\r\n\uff1d\uff0b\uff0d\uff20"


@pytest.mark.parametrize("trigger", TRIGGERS)
def test_a_cell_that_a_program_would_reckon_with_is_marked(trigger: str) -> None:
    assert safe_cell(f"{trigger}1+1") == f"'{trigger}1+1"
    assert plain_cell(f"'{trigger}1+1") == f"{trigger}1+1"


@pytest.mark.parametrize("text", ["", "'", "''", "'tis", "'=1", "412-555-0100", "a=b", "-"])
def test_every_text_comes_back_as_it_was(text: str) -> None:
    assert plain_cell(safe_cell(text)) == text


def test_a_cell_that_a_person_typed_with_an_apostrophe_keeps_it() -> None:
    assert plain_cell("'tis") == "'tis"


@given(st.text(alphabet=st.sampled_from("'=+-@\t\r\n a1")))
def test_no_text_is_lost_and_no_cell_begins_with_a_trigger(text: str) -> None:
    cell = safe_cell(text)
    assert cell[:1] not in set(TRIGGERS)
    assert plain_cell(cell) == text
