"""Column types that several tables share."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from sqlalchemy import Text, text
from sqlalchemy.orm import mapped_column

from app.db import Identifier

uuid_key = Annotated[UUID, mapped_column(Identifier, primary_key=True)]
long_text = Annotated[str, mapped_column(Text)]
required_text = Annotated[str, mapped_column(Text, server_default=text("''"))]
