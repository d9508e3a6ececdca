"""Before the first visitor a process loads what its pages need, and fails in silence."""

from __future__ import annotations

import pytest
from flask import Flask

from app.web import map_land
from app.web.warming import start_warming, warm_up


def test_a_warm_process_has_its_maps_and_filters(app: Flask) -> None:
    start_warming(app).join()
    assert map_land._outlines.cache_info().currsize == len(map_land.GRAINS)
    assert app.extensions["help_first_written_groups"]


def test_a_process_comes_up_whatever_fails(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_given: object, **_words: object) -> None:
        raise OSError

    monkeypatch.setattr(app, "test_client", type("Client", (), {"get": fail}))
    warm_up(app)
