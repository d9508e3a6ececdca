"""The tables: Open Referral HSDS 3.1 under its own names, and what stands beside it.

Constraints only; queries live in `store`. HSDS names, columns and enumerations after the
specification 3.1 (https://docs.openreferral.org/en/3.1/). Where we keep more than HSDS has,
the column says so in its comment.
"""

from __future__ import annotations

from app.models.attribute import Attribute, Taxonomy, TaxonomyTerm
from app.models.capacity import ServiceCapacity, Unit
from app.models.change import (
    DataVersion,
    ListingCard,
    Metadata,
    MetaTableDescription,
    ReportVersion,
)
from app.models.check import CheckDue
from app.models.content import ContentReview, LawCorrection
from app.models.detail import (
    Accessibility,
    Contact,
    CostOption,
    Funding,
    Language,
    Phone,
    RequiredDocument,
    Schedule,
    ServiceArea,
    Url,
)
from app.models.import_run import ImportedRecord, ImportRun, RowProblem
from app.models.location import Address, Location
from app.models.merge import ListingApart, ListingMerge
from app.models.organization import Organization, OrganizationIdentifier, Program
from app.models.proposal import Proposal
from app.models.report import Report
from app.models.service import Helpline, Service, ServiceAtLocation
from app.models.source import (
    FieldConflict,
    Source,
    SourceRecord,
    Verification,
)
from app.models.table_update import TableUpdate
from app.models.user import Passkey, StaffSession, User

__all__ = [
    "Accessibility",
    "Address",
    "Attribute",
    "CheckDue",
    "Contact",
    "ContentReview",
    "CostOption",
    "DataVersion",
    "FieldConflict",
    "Funding",
    "Helpline",
    "ImportRun",
    "ImportedRecord",
    "Language",
    "LawCorrection",
    "ListingApart",
    "ListingCard",
    "ListingMerge",
    "Location",
    "MetaTableDescription",
    "Metadata",
    "Organization",
    "OrganizationIdentifier",
    "Passkey",
    "Phone",
    "Program",
    "Proposal",
    "Report",
    "ReportVersion",
    "RequiredDocument",
    "RowProblem",
    "Schedule",
    "Service",
    "ServiceArea",
    "ServiceAtLocation",
    "ServiceCapacity",
    "Source",
    "SourceRecord",
    "StaffSession",
    "TableUpdate",
    "Taxonomy",
    "TaxonomyTerm",
    "Unit",
    "Url",
    "User",
    "Verification",
]
