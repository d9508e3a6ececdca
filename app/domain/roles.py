"""Who works on the directory, as four roles."""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class Role(StrEnum):
    """What a person with an account may do; each person has one."""

    EDITOR = "editor"
    REVIEWER = "reviewer"
    ADMIN = "admin"
    ORGANIZATION_MEMBER = "organization_member"


# What each role is for, in the words that commands and pages show.
ROLE_HELP: Final = {
    Role.EDITOR: "Listings, helplines and reports.",
    Role.REVIEWER: "What an editor does; also approves suggestions, imports, law and review dates.",
    Role.ADMIN: "What a reviewer does; also accounts and settings.",
    Role.ORGANIZATION_MEMBER: "Proposes changes to the listings of one organization.",
}
EDITORS: Final = frozenset({Role.EDITOR, Role.REVIEWER, Role.ADMIN})
REVIEWERS: Final = frozenset({Role.REVIEWER, Role.ADMIN})
ADMINS: Final = frozenset({Role.ADMIN})
MEMBERS: Final = frozenset({Role.ORGANIZATION_MEMBER})
EVERY_ROLE: Final = frozenset(Role)
