from __future__ import annotations

import pytest

from app.importers.json_rows import json_text, split_labels, unpack_list, unpacked


@pytest.mark.parametrize(
    ("text", "labels"),
    [
        ("", []),
        ("Adults; Seniors", ["Adults", "Seniors"]),
        ("Adults\u00a0; Seniors ;\tMale", ["Adults", "Seniors", "Male"]),
        ("HIV;AIDS care; Adults", ["HIV;AIDS care", "Adults"]),
        ("Training (for example, GED, etc.)", ["Training (for example, GED, etc.)"]),
        ("Adults; ; Seniors;", ["Adults", "Seniors;"]),
    ],
)
def test_labels_are_parted_by_a_semicolon_with_space_after_it(text: str, labels: list[str]) -> None:
    assert split_labels(text) == labels


def test_a_map_may_name_another_separator() -> None:
    assert split_labels("Adults|Seniors", separator="|") == ["Adults", "Seniors"]


@pytest.mark.parametrize(
    ("value", "text"), [(None, ""), ("x", "x"), (2139, "2139"), (42.5, "42.5"), ([1], ""), ({}, "")]
)
def test_a_json_value_is_text_or_nothing(value: object, text: str) -> None:
    assert json_text(value) == text


@pytest.mark.parametrize(
    "row",
    [
        b'{"phone": "614-555-0101", "phone": "614-555-0102"}',
        b'{"name": "Sample", "services": [{"f1": "a", "f1": "b"}]}',
        b"[1]",
        b"null",
    ],
)
def test_a_row_that_can_be_read_in_two_ways_is_none(row: bytes) -> None:
    (packed,) = unpack_list(b"[" + row + b"]")
    assert unpacked(packed) is None


def test_a_row_that_names_each_field_once_is_read() -> None:
    (packed,) = unpack_list(b'[{"name": "Sample", "phone": null}]')
    assert unpacked(packed) == {"name": "Sample", "phone": None}
