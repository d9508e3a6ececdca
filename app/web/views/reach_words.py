"""How a service without a place of its own reaches people, and where."""

from __future__ import annotations

from collections.abc import Sequence

from app.domain.records import AreaExtent, Delivery, ServiceAreaRecord
from app.web.formatters import join_words
from app.web.wording import gettext as _


def reach_words(delivery: Delivery, areas: Sequence[ServiceAreaRecord]) -> str | None:
    """Such as "By mail, all of the United States" or "Comes to you in Maui"; None for nothing."""
    where = join_words(area_names(areas), _("and"))
    if delivery is Delivery.MAIL:
        return _("By mail, %(areas)s", areas=where) if where else _("By mail")
    if delivery is Delivery.MOBILE:
        return _("Comes to you in %(areas)s", areas=where) if where else _("Comes to you")
    if delivery in {Delivery.VIRTUAL, Delivery.HELPLINE}:
        return _("By phone or online, %(areas)s", areas=where) if where else _("By phone or online")
    return where or None


def area_names(areas: Sequence[ServiceAreaRecord]) -> list[str]:
    """The areas by name, as they stand inside a sentence."""
    return [
        _("all of %(country)s", country=with_article(area.name))
        if area.extent is AreaExtent.COUNTRY
        else area.name
        for area in areas
        if area.name
    ]


def with_article(name: str) -> str:
    """The name of a country inside a sentence: "the United States", "Ireland"."""
    return f"the {name}" if name.startswith("United ") else name
