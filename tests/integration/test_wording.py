"""Words of the interface: themselves without translations, translated where there are some."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from flask import Flask, render_template_string
from flask_babel import get_domain

from app.web.wording import catalogue, gettext, ngettext, note_translations

PAGE = (
    "{{ _('Main') }}|{{ _('Text %(number)s', number=number) }}"
    "|{{ ngettext('%(num)s mile', '%(num)s miles', 2) }}|{{ ngettext('%(num)s mile', 'x', 1) }}"
)


@pytest.fixture
def translated(app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Flask]:
    catalogue = Catalog(locale="en")
    catalogue.add("Main", "Anfang & Mitte")
    catalogue.add("Text %(number)s", "An %(number)s")
    catalogue.add(("%(num)s mile", "%(num)s miles"), ("%(num)s Meile", "%(num)s Meilen"))
    folder = tmp_path / "en" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    with (folder / "messages.mo").open("wb") as file:
        write_mo(file, catalogue)
    words_of = app.extensions["babel"]
    with monkeypatch.context() as patch:
        patch.setattr(words_of, "translation_directories", [str(tmp_path)])
        with app.app_context():
            patch.setattr(get_domain(), "cache", {})
        note_translations(app)
        yield app
    note_translations(app)


def test_without_translations_a_word_is_itself_and_values_are_escaped(app: Flask) -> None:
    with app.test_request_context():
        shown = render_template_string(PAGE, number="<b>")
        assert catalogue() is None
    assert shown == "Main|Text &lt;b&gt;|2 miles|1 mile"


def test_with_translations_words_are_those_of_the_language(translated: Flask) -> None:
    with translated.test_request_context():
        shown = render_template_string(PAGE, number="<b>")
        told = gettext("Text %(number)s", number=3), ngettext("%(num)s mile", "%(num)s miles", 2)
    assert shown == "Anfang & Mitte|An &lt;b&gt;|2 Meilen|1 Meile"
    assert told == ("An 3", "2 Meilen")


def test_outside_a_page_a_word_is_itself() -> None:
    assert gettext("Main") == "Main"
    assert ngettext("%(num)s mile", "%(num)s miles", 1) == "1 mile"
