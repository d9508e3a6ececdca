from __future__ import annotations

import pytest
import yaml
from rapidfuzz.distance import OSA

from app.content.crisis import (
    _FILE,
    OVERDOSE,
    SHORTEST_FUZZY_WORD,
    SUICIDE,
    _load_lexicon,
    _readings,
    find_crisis,
)
from app.content.taxonomy import load_taxonomy

OVERDOSE_NOW = [
    "overdose",
    "Overdose now",
    "OVERDOSE!!!",
    "overdse",
    "overdsoe",
    "ovedose what do i do",
    "over dose",
    "my son overdosed",
    "hes overdosing help",
    "OD'd",
    "O.D.'d",
    "he od'd in the bathroom",
    "i think she od",
    "od",
    "oding",
    "911",
    "call 911",
    "not breathing",
    "he is not breathing",
    "not breething",
    "not really breathing",
    "isn\u2019t breathing",
    "isn't breathng right",
    "barely breathing",
    "stopped breathing",
    "can't breathe",
    "won't wake up",
    "wont wake up",
    "he won't wake",
    "cant wake him up",
    "I can't wake my husband",
    "she is unresponsive",
    "unconcious",
    "friend passed out",
    "lips are blue",
    "her lips are turning blue",
    "he turned blue",
    "turnd blue",
    "took too much fentanyl",
    "took too many pills",
    "she took a bunch of pills",
    "se está poniendo morado",
    "gurgling sound",
    "no pulse",
    "my brother is dying",
    "gonna die",
    "gave him narcan twice",
    "narcan is not working",
    "overdoseeee",
    "overdose prevention center and he is not breathing",
    "sobredosis",
    "sobredosís",
    "sobredocis",
    "mi hijo no respira",
    "no está respirando",
    "no despierta",
    "no se despierta",
    "está inconsciente",
    "labios azules",
    "se puso morado",
    "se está muriendo",
]

SUICIDE_NOW = [
    "suicide",
    "suicide prevention",
    "suicidal",
    "sucidal",
    "suicidle thoughts",
    "I want to die",
    "i just want to die",
    "wanna die",
    "he wants to die",
    "kill myself",
    "kill my self",
    "killing myself",
    "i will kill mysef",
    "killmyself",
    "want to be dead",
    "i wish i was dead",
    "better off dead",
    "end my life",
    "i want it to end",
    "me quiero quitar la vida",
    "take my own life",
    "don't want to live",
    "dont want to live anymore",
    "no reason to live",
    "nothing to live for",
    "hurt myself",
    "self-harm",
    "cut my wrists",
    "I can't go on",
    "988",
    "kms",
    "quiero morir",
    "me quiero morir",
    "QUIERO MORIRME",
    "quiero matarme",
    "suicidio",
    "suisidio",
    "suicidarme",
    "quitarme la vida",
    "ya no quiero vivir",
    "hacerme daño",
]

BOTH = [
    "I want to overdose",
    "suicidal and took too many pills",
    "quiero morir, tomé demasiadas pastillas",
]

NO_ALARM = [
    "",
    "   ",
    "overdose prevention",
    "overdose prevention center",
    "Overdose Prevention Centre",
    "overdose prevention training",
    "overdose education",
    "overdose awareness day",
    "overdose reversal kit",
    "overdose rescue kit",
    "naloxone training",
    "naloxone",
    "Narcan",
    "free narcan near me",
    "narcan kit by mail",
    "overdose grief group",
    "i lost my son to overdose",
    "prevent an overdose",
    "prevención de sobredosis",
    "suicide prevention class",
    "suicide prevention training for staff",
    "die of boredom",
    "quiero morir de risa",
    "dry ice",
    "diet",
    "diet and exercise counseling",
    "dye",
    "Diehl",
    "San Diego",
    "hospice",
    "painkiller",
    "kill time",
    "methadone",
    "suboxone doctor",
    "detox",
    "detox for opioids",
    "when does withdrawal subside",
    "breathing exercises",
    "blue cross blue shield",
    "my insurance is blue cross",
    "cooking classes",
    "what am i doing wrong",
    "drying out",
    "putting myself first",
    "changing myself",
    "making my life better",
    "I can't go on Mondays",
    "wake up early",
    "911 Main Street",
    "988 Elm Avenue",
    "odd jobs",
    "not moving to Texas",
    "take my life back",
    "I want to stop using",
    "I can't stop",
    "Killeen, TX",
    "Wake County",
    "living in a sober house",
    "dying to know",
    "fell out of treatment",
    "helping my son",
    "life skills",
    "quiero dejar de usar drogas",
    "quiero ayuda",
    "vivir sobrio",
    "tratamiento para mi hija",
    "<script>alert(1)</script>",
]


@pytest.mark.parametrize("text", OVERDOSE_NOW)
def test_words_for_an_overdose_now_raise_the_alarm(text: str) -> None:
    assert OVERDOSE in find_crisis(text)


@pytest.mark.parametrize("text", SUICIDE_NOW)
def test_words_for_thoughts_of_suicide_raise_the_alarm(text: str) -> None:
    assert SUICIDE in find_crisis(text)


@pytest.mark.parametrize("text", BOTH)
def test_both_emergencies_can_stand_in_one_text(text: str) -> None:
    assert find_crisis(text) == {OVERDOSE, SUICIDE}


@pytest.mark.parametrize("text", NO_ALARM)
def test_other_words_raise_no_alarm(text: str) -> None:
    assert find_crisis(text) == frozenset()


def test_an_alarm_is_found_beside_a_harmless_phrase() -> None:
    assert find_crisis("overdose prevention worker wants to die") == {SUICIDE}


def test_no_term_of_the_directory_raises_an_alarm_but_those_that_name_the_emergency() -> None:
    alarming = [phrase for phrase in load_taxonomy().synonym_index if find_crisis(phrase)]
    assert alarming
    assert all("suicide" in phrase or "overdose emergency" in phrase for phrase in alarming)


def test_text_beyond_the_limit_is_not_read() -> None:
    assert find_crisis("x " * 600 + "overdose") == frozenset()


def test_odd_characters_are_survived() -> None:
    assert find_crisis("\x00\u202eover\u200bdose\ud800") == {OVERDOSE}


def test_words_that_must_be_exact_are_words_of_the_phrases() -> None:
    lexicon = _load_lexicon()
    near_phrases = lexicon.vocabulary - set(lexicon.fuzzy)
    assert {"dying", "cutting", "choking", "oding"} <= near_phrases


def respelt(word: str) -> set[str]:
    """The word with a letter left out, added, wrong or swapped with the next, at each place."""
    places = range(len(word))
    return {
        *(word[:place] + word[place + 1 :] for place in places),
        *(word[:place] + "x" + word[place:] for place in (*places, len(word))),
        *(word[:place] + "x" + word[place + 1 :] for place in places),
        *(word[:place] + word[place : place + 2][::-1] + word[place + 2 :] for place in places),
    }


def test_each_word_that_forgives_is_found_with_any_one_letter_wrong() -> None:
    lexicon = _load_lexicon()
    forgiving = {word for found in lexicon.fuzzy.values() for word in found}
    exact = yaml.safe_load(_FILE.read_text("utf-8"))["exact"]
    assert forgiving == {
        word for word in lexicon.vocabulary - {*exact} if len(word) >= SHORTEST_FUZZY_WORD
    }
    assert len(forgiving) > len(exact)
    for word in sorted(forgiving):
        for typed in sorted(respelt(word) - lexicon.vocabulary):
            near = {other for other in forgiving if OSA.distance(typed, other, score_cutoff=1) <= 1}
            assert word in near
            assert _readings(typed, lexicon=lexicon) == near, typed
