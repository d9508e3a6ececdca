"""Who may open which staff page: one table of route and role; what is not in it is closed."""

from __future__ import annotations

from typing import Final

from app.domain.roles import ADMINS, EDITORS, EVERY_ROLE, MEMBERS, REVIEWERS, Role

__all__ = ["ACCESS", "ADMINS", "EDITORS", "EVERY_ROLE", "MEMBERS", "OPEN", "REVIEWERS", "may_open"]

# Pages for people who are on their way in. They still need a CSRF token to send anything.
OPEN: Final = frozenset(
    {
        "admin.set_password",
        "security.login",
        "security.logout",
        "security.two_factor_setup",  # while signing in, where none was set up
        "security.two_factor_token_validation",
        "security.tf_select",
        "security.mf_recovery",
        "security.wan_signin",
        "security.wan_signin_response",
    }
)

# endpoint → roles. A page that several roles open for listings of their own checks that itself.
ACCESS: Final[dict[str, frozenset[Role]]] = {
    # Home and one's own account
    "admin.home": EVERY_ROLE,
    "admin.account": EVERY_ROLE,
    "security.change_password": EVERY_ROLE,
    "security.verify": EVERY_ROLE,
    "security.two_factor_setup_validate": EVERY_ROLE,
    "security.mf_recovery_codes": EVERY_ROLE,
    "security.wan_register": EVERY_ROLE,
    "security.wan_register_response": EVERY_ROLE,
    "security.wan_delete": EVERY_ROLE,
    "security.wan_verify": EVERY_ROLE,
    "security.wan_verify_response": EVERY_ROLE,
    # Checks due
    "admin.checks": EDITORS,
    "admin.check": EDITORS,
    "admin.change_check": EDITORS,
    # Reports of visitors
    "admin.reports": EDITORS,
    "admin.report": EDITORS,
    "admin.change_report": EDITORS,
    # Listings
    "admin.listings": EDITORS,
    "admin.add_listing": EDITORS,
    "admin.listing": EDITORS,
    "admin.edit_listing": EDITORS,
    "admin.merge_listing": EDITORS,
    "admin.verify_listing": EDITORS,
    "admin.retire_listing": EDITORS,
    "admin.copy_listing": EDITORS,
    "admin.listing_history": EDITORS,
    "admin.compare_listing": EDITORS,
    "admin.restore_listing": EDITORS,
    # Listings as a table: out, and back as updates
    "admin.export_listings": EDITORS,
    "admin.upload_listing_table": REVIEWERS,
    "admin.listing_table": REVIEWERS,
    "admin.apply_listing_table": REVIEWERS,
    # Proposals of organizations, as reviewers see them
    "admin.proposals": REVIEWERS,
    "admin.proposal": REVIEWERS,
    "admin.decide_proposal": REVIEWERS,
    "admin.edit_proposal": REVIEWERS,
    # One organization's own listings and proposals
    "admin.own_listings": MEMBERS,
    "admin.propose_changes": MEMBERS,
    "admin.own_proposals": MEMBERS,
    "admin.own_proposal": MEMBERS,
    "admin.withdraw_proposal": MEMBERS,
    # Numbers
    "admin.numbers": EDITORS,
    # Law and content
    "admin.reviews": REVIEWERS,
    "admin.review": REVIEWERS,
    "admin.add_review": REVIEWERS,
    "admin.law_entry": REVIEWERS,
    "admin.change_law": REVIEWERS,
    # Imports
    "admin.imports": REVIEWERS,
    "admin.new_import": REVIEWERS,
    "admin.start_import": REVIEWERS,
    "admin.import_run": REVIEWERS,
    "admin.import_part": REVIEWERS,
    "admin.import_download": REVIEWERS,
    "admin.undo_import": REVIEWERS,
    "admin.change_import": REVIEWERS,
    # Duplicates
    "admin.duplicates": EDITORS,
    "admin.duplicate": EDITORS,
    "admin.merge_duplicate": EDITORS,
    "admin.part_duplicate": EDITORS,
    "admin.settled_duplicates": EDITORS,
    "admin.merged_listing": EDITORS,
    "admin.undo_merge": EDITORS,
    "admin.offer_duplicate": EDITORS,
    # Accounts of other people
    "admin.users": ADMINS,
    "admin.add_user": ADMINS,
    "admin.change_user": ADMINS,
}


def may_open(endpoint: str, role: str) -> bool:
    """Whether the table opens this page to this role."""
    return role in ACCESS.get(endpoint, frozenset())
