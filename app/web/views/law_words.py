"""The law on kratom in words: what a state does, and how good the sources of an entry are."""

from __future__ import annotations

from app.content.kratom_law import Confidence, LawStatus, SevenOhStatus, SourceKind
from app.web.wording import gettext as _


def status_words(status: LawStatus) -> str:
    """The status as the table says it."""
    return {
        LawStatus.BANNED: _("Banned"),
        LawStatus.SALE_TREATED_AS_UNLAWFUL: _("State treats sale as unlawful"),
        LawStatus.UNCLEAR: _("Unclear: may be banned"),
        LawStatus.REGULATED: _("Regulated"),
        LawStatus.AGE_LIMIT_AND_LABEL: _("Age limit and warning label"),
        LawStatus.AGE_LIMIT_ONLY: _("Age limit only"),
        LawStatus.LEGAL_UNREGULATED: _("No state rule found"),
    }[status]


def seven_oh_words(status: SevenOhStatus) -> str:
    """What holds for 7-OH products, as the table says it."""
    return {
        SevenOhStatus.BANNED: _("Banned"),
        SevenOhStatus.BANNED_EXCEPT_LEAF_TRACE: _("Banned, except the trace in plain leaf"),
        SevenOhStatus.CAPPED: _("Capped by law"),
        SevenOhStatus.CAPPED_2PCT: _("Capped at 2 percent"),
        SevenOhStatus.CAPPED_1PCT: _("Capped at 1 percent, and 0.5 mg per container"),
        SevenOhStatus.CAPPED_2PCT_SYNTHETIC_BANNED: _("Capped at 2 percent; lab-made is banned"),
        SevenOhStatus.CAPPED_SYNTHETIC_BANNED: _("Capped by law; lab-made is banned"),
        SevenOhStatus.SYNTHETIC_BANNED: _("Lab-made is banned"),
        SevenOhStatus.SALE_TREATED_AS_UNLAWFUL: _("State treats sale as unlawful"),
        SevenOhStatus.NO_STATE_RULE: _("No state rule found"),
        SevenOhStatus.UNCLEAR: _("Not known: may be banned"),
    }[status]


def confidence_words(confidence: Confidence) -> str:
    """How good the sources are."""
    return {
        Confidence.HIGH: _("Good sources"),
        Confidence.MEDIUM: _("One fair source"),
        Confidence.LOW: _("Weak or old sources"),
    }[confidence]


def speaker_words(kind: SourceKind) -> str:
    """Who speaks in a source."""
    return {
        SourceKind.OFFICIAL: _("official text or record"),
        SourceKind.STUDY: _("study"),
        SourceKind.NEWS: _("news or law firm"),
        SourceKind.SEVERAL: _("several pages"),
        SourceKind.INTEREST: _("people with an interest: weak"),
        SourceKind.WEAK: _("weak"),
    }[kind]
