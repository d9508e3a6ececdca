"""The first page: emergencies, the search, who answers now, and what withdrawal is."""

from __future__ import annotations

from datetime import date
from typing import Final, NamedTuple

from flask import render_template, url_for

from app.web import clock
from app.web.helplines_now import helplines_near
from app.web.public import blueprint
from app.web.public.search.around import heading_words

# The day on which the facts of the section about withdrawal were put together.
FACTS_CHECKED_ON: Final = date(2026, 11, 24)


class FactSource(NamedTuple):
    """A publication that the first page rests on."""

    title: str
    url: str


FACT_SOURCES: Final = (
    FactSource(
        "CDC: What to do if you think someone is overdosing",
        "https://www.cdc.gov/stop-overdose/response/index.html",
    ),
    FactSource(
        "SAMHSA, TIP 63: Medications for Opioid Use Disorder (2021)",
        "https://library.samhsa.gov/product/tip-63-medications-opioid-use-disorder",
    ),
    FactSource(
        "ASAM: National Practice Guideline for the Treatment of Opioid Use Disorder (2020)",
        "https://www.asam.org/quality-care/clinical-guidelines/national-practice-guideline",
    ),
    FactSource(
        "Sordo et al.: deaths in and out of treatment, 19 cohorts. BMJ 2017;357:j1550",
        "https://doi.org/10.1136/bmj.j1550",
    ),
    FactSource(
        "Strang et al.: overdose after inpatient detox. BMJ 2003;326:959-960",
        "https://doi.org/10.1136/bmj.326.7396.959",
    ),
    FactSource(
        "Darke et al.: people can die from opiate withdrawal. Addiction 2017;112:199-200",
        "https://doi.org/10.1111/add.13512",
    ),
    FactSource(
        "ACOG and ASAM: Opioid use in pregnancy, Committee Opinion 711 (2017, reaffirmed 2021)",
        "https://www.acog.org/clinical/clinical-guidance/committee-opinion/articles/2017/08/"
        "opioid-use-and-opioid-use-disorder-in-pregnancy",
    ),
)


@blueprint.get("/")
def home() -> str:
    """The first page."""
    return render_template(
        "public/home.html",
        action=url_for("public.search"),
        helplines=helplines_near(None, now=clock.now()),
        helplines_heading=heading_words(None),
        sources=FACT_SOURCES,
        facts_checked_on=FACTS_CHECKED_ON,
    )
