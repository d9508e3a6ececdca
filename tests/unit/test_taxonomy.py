from __future__ import annotations

import hashlib
import itertools
import re

import pytest

from app.content.taxonomy import SCHEME_OURS, SCHEME_SAMHSA, Choice, Term, load_taxonomy
from app.domain.text import words

TAXONOMY = load_taxonomy()
ALL_GROUPS = (*TAXONOMY.groups, TAXONOMY.topics)

# Room of the search index; a number above it needs a wider index.
NUMBERS = 512

# Words that carry blame, or that promise ease (see docs on language).
UNWELCOME = re.compile(
    r"\b(addict\w*|junkie|alcoholic|drunk|(drug|alcohol|substance) abuse|clean|dirty|habit|relapse"
    r"|medication[- ]assisted|substitution|just|simply|easy|easily|crisis|users?)\b|!",
    re.IGNORECASE,
)
AMOUNT = re.compile(r"\d\s*(mg|mcg|µg|ml|milligram|microgram)", re.IGNORECASE)


def known(code: str) -> Term:
    term = TAXONOMY.term(code)
    assert term is not None, code
    return term


def test_every_code_and_every_number_is_there_once() -> None:
    codes = [code for term in TAXONOMY.terms for code in (term.code, *term.former_codes)]
    numbers = [term.number for term in TAXONOMY.terms]
    assert len(set(codes)) == len(codes)
    assert len(set(numbers)) == len(numbers)
    assert min(numbers) >= 0
    assert max(numbers) < NUMBERS


def test_numbers_that_were_given_out_stay_with_their_terms() -> None:
    # A bit of a built search index must never come to mean something else: new terms take new
    # numbers, and the first 351 are fixed for good.
    first = [f"{term.number} {term.code}" for term in TAXONOMY.terms if term.number < 351]
    assert len(first) == 351
    digest = hashlib.sha256("\n".join(first).encode()).hexdigest()
    assert digest == "972e6421a13c32f8a6e37d299f150fbc2c350e5ae490d27334367649df044173"


def test_terms_are_ordered_by_number() -> None:
    numbers = [term.number for term in TAXONOMY.terms]
    assert numbers == sorted(numbers)


def test_every_term_stands_in_one_filter_group_or_one_section() -> None:
    sections = {section.id for section in TAXONOMY.sections}
    for term in TAXONOMY.terms:
        assert (term.group is None) != (term.section is None), term.code
        assert term.section is None or term.section in sections, term.code


def test_no_section_is_empty() -> None:
    assert [section.id for section in TAXONOMY.sections if not section.codes] == []


def test_a_code_belongs_to_one_group_only() -> None:
    members = [{code for choice in group.choices for code in choice.codes} for group in ALL_GROUPS]
    for one, other in itertools.combinations(members, 2):
        assert not one & other


@pytest.mark.parametrize("group", ALL_GROUPS, ids=lambda group: group.id)
def test_choices_of_a_group_are_distinct_and_at_most_three_are_common(group: object) -> None:
    choices: tuple[Choice, ...] = group.choices  # type: ignore[attr-defined]
    assert len({choice.code for choice in choices}) == len(choices)
    assert len({choice.name for choice in choices}) == len(choices)
    assert 1 <= sum(choice.is_common for choice in choices) <= 3
    for choice in choices:
        assert choice.code not in choice.includes
        assert all(TAXONOMY.term(code) for code in choice.includes), choice


def test_the_public_filters_are_the_ten_that_are_promised() -> None:
    assert [group.id for group in TAXONOMY.groups] == [
        "kind",
        "medicine",
        "setting",
        "payment",
        "people",
        "age",
        "language",
        "harm-reduction",
        "withdrawal",
        "practical",
    ]


def test_nothing_negative_and_nothing_that_shuts_people_out_is_a_filter() -> None:
    assert {t.code for t in TAXONOMY.terms if t.negative} == {"NMOA", "NOOP", "NAUT", "NMAUT"}
    assert {t.code for t in TAXONOMY.terms if t.restricts} == {"DUO", "AUDO", "OUDO"}
    assert not [t.code for t in TAXONOMY.terms if (t.negative or t.restricts) and t.group]


def test_a_program_after_a_driving_charge_is_not_exclusive() -> None:
    assert known("DU").restricts is False


CHOICES = [
    ("MU", {"MU", "METH", "MM", "MMW"}),
    ("BU", {"BU", "BUM", "BMW", "UB", "BWN", "BWON", "BERI", "BSDM"}),
    ("NU", {"NU", "NXN", "VTRL", "RPN", "UN"}),
    ("OTP", {"OTP", "SOTP"}),
    ("DLC", {"DLC", "ULC"}),
    ("SS", {"SS"}),
    ("PA", {"PA"}),
    ("DM", {"DM"}),
    ("METH", {"METH"}),
    ("RES", {"RES", "RL", "RS", "RTCA", "RTCC", "ORES"}),
]


@pytest.mark.parametrize(("code", "codes"), CHOICES)
def test_a_choice_counts_the_codes_that_mean_the_same(code: str, codes: set[str]) -> None:
    assert TAXONOMY.choice_codes(code) == codes


def test_withdrawal_protocols_do_not_count_as_treatment_medicine_or_as_detox_programs() -> None:
    protocols = {"DB", "DM", "DLC", "ULC"}
    for code in ("BU", "MU", "NU", "OTP", "DT"):
        assert not TAXONOMY.choice_codes(code) & protocols


def test_expand_joins_what_several_choices_count() -> None:
    assert TAXONOMY.expand(["MU", "SS"]) == {"MU", "METH", "MM", "MMW", "SS"}
    assert TAXONOMY.expand([]) == frozenset()


def test_group_of_knows_leading_and_included_codes() -> None:
    for code in ("BU", "BWN"):
        group = TAXONOMY.group_of(code)
        assert group is not None
        assert group.id == "medicine"
    assert TAXONOMY.group_of("CBT") is None
    assert TAXONOMY.group_of("NO-SUCH-CODE") is None


LABELS = [
    ("Methadone used in Treatment", None, "MU"),
    ("  methadone   USED in treatment ", None, "MU"),
    ("Acamprosate (Campral®)", None, "ACM"),
    ("Acamprosate (Campral)", "PHR", "ACM"),
    ("\xa0Hepatitis A (HAV) vaccination", None, "HAV"),
    ("In-network prescribing entity", "OMSC", "INPE"),
    ("In-network prescribing entity", "SMAT", "AUINPE"),
    ("In-network prescribing entity", " External Opioid Medications Source", "INPE"),
    ("In-network prescribing entity", None, None),
    ("Young adults", "SG", "TAY"),
    ("Young Adults", "AGE", "YAD"),
    ("Young adults", "Age Groups Accepted", "YAD"),
    ("Psychiatric hospital", "FT", "PSY"),
    ("Psychiatric hospital", "HOSP", "PSYH"),
    ("Female", "SN", "FEM"),
    ("Female", "a category of another year", "FEM"),
    ("Lofexidine or Clonidine detoxification", "OT", "DLC"),
    ("Long-term residential (more than 30 days)", "SET", "RL"),
    ("Outpatient", "Service Setting", "OP"),
    ("Navajo", "AIL", "N23"),
    ("methadone used", None, None),
    ("", None, None),
]


@pytest.mark.parametrize(("label", "category", "code"), LABELS)
def test_federal_labels_become_codes(label: str, category: str | None, code: str | None) -> None:
    assert TAXONOMY.code_for_label(label, category=category) == code


def test_no_label_means_two_things_in_one_category() -> None:
    seen = [
        (term.category, " ".join(label.casefold().split()))
        for term in TAXONOMY.terms
        for label in {name.casefold() for name in term.official_names}
    ]
    assert len(set(seen)) == len(seen)


def test_shared_labels_are_told_apart_by_the_order_of_their_neighbours() -> None:
    entity = "No formal relationship with prescribing entity"
    alcohol = "This facility administers/prescribes medication for alcohol use disorder"
    labels = ["Naltrexone used in Treatment", entity, alcohol, entity, "Young adults", "Male"]
    assert TAXONOMY.codes_in_order(labels) == ("NU", "PC", "PMAT", "AUPC", None, "MALE")


def test_shared_labels_are_told_apart_by_the_sheet_of_the_record() -> None:
    hospital = "Psychiatric hospital"
    assert TAXONOMY.codes_in_order([hospital, "Prescribes naltrexone"]) == ("PSYH", "UN")
    assert TAXONOMY.codes_in_order([hospital, "Crisis intervention team"]) == ("PSY", "CIT")
    assert TAXONOMY.codes_in_order([hospital, "Male?"]) == (None, None)


COLUMNS = [
    ("mxm", "MXM"),
    ("MX", "MXM"),
    ("heo", "HEOH"),
    (" n40 ", "N40"),
    ("sa", "SA"),
    ("ubn", None),
    ("ct", None),
    ("msnh", None),
    ("name1", None),
    ("phone", None),
    ("hr-naloxone", None),
]


@pytest.mark.parametrize(("column", "code"), COLUMNS)
def test_columns_of_the_wide_table_become_codes(column: str, code: str | None) -> None:
    assert TAXONOMY.code_for_column(column) == code


PHRASES = [
    ("suboxone", "BU"),
    ("Suboxone", "BWN"),
    ("Sublocade", "BERI"),
    ("methadone clinic", "OTP"),
    ("narcan", "HR-NALOXONE"),
    ("needle exchange", "HR-SYRINGE"),
    ("fentanyl test strips", "HR-TESTSTRIPS"),
    ("rehab", "RES"),
    ("detox", "DT"),
    ("sober living", "HH"),
    ("drug free housing", "HH"),
    ("sliding scale", "SS"),
    ("gratis", "NP"),
    ("metadona", "MU"),
    ("embarazada", "PW"),
    ("en español", "SP"),
    ("women's", "WN"),
    ("12-step", "TWFA"),
    ("iop", "OIT"),
    ("telehealth", "TELE"),
    ("Medi-Cal", "MD"),
]


@pytest.mark.parametrize(("typed", "code"), PHRASES)
def test_what_people_type_leads_to_a_term(typed: str, code: str) -> None:
    assert code in TAXONOMY.synonym_index[" ".join(words(typed))]


def test_the_synonym_index_holds_no_empty_phrase_and_only_known_codes() -> None:
    assert "" not in TAXONOMY.synonym_index
    for phrase, codes in TAXONOMY.synonym_index.items():
        assert phrase == " ".join(words(phrase))
        assert all(TAXONOMY.term(code) for code in codes)


def test_sliding_fee_is_found_only_under_its_own_code() -> None:
    assert TAXONOMY.synonym_index["sliding fee"] == ("SS",)


@pytest.mark.parametrize(
    ("language", "code"), [("es", "SP"), ("zh", "F17"), ("hmn", "F37"), ("en", None)]
)
def test_languages_become_codes(language: str, code: str | None) -> None:
    assert TAXONOMY.code_for_language(language) == code


@pytest.mark.parametrize("term", TAXONOMY.terms, ids=lambda term: term.code)
def test_a_gloss_is_one_plain_short_sentence(term: Term) -> None:
    assert re.fullmatch(r"[A-Z][^\n]*[^.!?]\.", term.gloss)
    assert len(re.findall(r"[.!?](?= |$)", term.gloss.replace("U.S. ", "US "))) == 1
    assert len(term.gloss.split()) <= 30
    assert not AMOUNT.search(term.gloss)
    for text in (term.name, term.gloss):
        assert not UNWELCOME.search(text), text
        assert text == " ".join(text.split())


def test_glosses_read_at_the_level_of_grade_eight_or_below() -> None:
    textstat = pytest.importorskip("textstat", reason="needs textstat from requirements-dev")
    glosses = " ".join(term.gloss for term in TAXONOMY.terms)
    assert textstat.flesch_kincaid_grade(glosses) <= 8


def test_withdrawal_care_says_that_it_is_not_treatment_alone() -> None:
    for code in ("DT", "ODTX"):
        assert "on its own it is not treatment" in known(code).gloss


def test_schemes_follow_the_source() -> None:
    ours = {term.code for term in TAXONOMY.terms if term.scheme == SCHEME_OURS}
    assert all(code.startswith(("HR-", "HL-")) for code in ours)
    federal = [term for term in TAXONOMY.terms if term.scheme == SCHEME_SAMHSA]
    assert all(term.official_name for term in federal)
    assert len(federal) == 320


def test_the_taxonomy_is_read_once() -> None:
    assert load_taxonomy() is TAXONOMY
