"""Helplines, read whole, as the public may see them."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.domain.listing import Listing
from app.models import Helpline, Service, ServiceAtLocation
from app.store.public_listings import load_public_listings


def list_helplines(session: Session) -> tuple[Listing, ...]:
    """All active helplines of all countries, ordered by name, then by id."""
    ids = (
        session.execute(
            select(ServiceAtLocation.id)
            .join(Service, Service.id == ServiceAtLocation.service_id)
            .join(Helpline, Helpline.service_id == Service.id)
            .where(Service.status == "active")
            .order_by(Service.name, ServiceAtLocation.id)
        )
        .scalars()
        .all()
    )
    return load_public_listings(session, ids)
