"""The shapes of everything that is the same for all record types."""

import datetime as dt
from typing import Annotated, Any

from ninja import Schema
from pydantic import ConfigDict, Field

MOST = 200
"""Items on one page of an answer."""
LONGEST_TEXT = 10_000


class Strict(Schema):
    """Unknown fields are refused, so that a misspelt one is not silently lost (ACL-05)."""

    model_config = ConfigDict(extra="forbid")


class Problem(Schema):
    """Why something was not done. `fields` says it per field where a value was the reason."""

    detail: list[str]
    fields: dict[str, list[str]] | None = None
    version: int | None = None
    """The version that stands, where somebody else was faster."""


REFUSALS: dict[int, Any] = dict.fromkeys((400, 401, 403, 404, 409), Problem)
UPLOAD_REFUSALS: dict[int, Any] = {**REFUSALS, 413: Problem}


class PersonOut(Schema):
    uid: str
    name: str


class TypeOut(Schema):
    kind: str
    label: str
    plural: str
    purpose: str
    prefix: str
    states: list[str]
    transitions: list[str]
    links: list[str]
    flags: list[str]
    evidence: list[str]


class MeOut(Schema):
    """Whose eyes the API looks through, and by what."""

    person: PersonOut
    roles: list[str]
    stands_in_for: list[PersonOut]
    by: str
    """`token` or `session`."""
    may_write: bool
    expires: dt.datetime | None = None


class EventOut(Schema):
    seq: int
    at: dt.datetime
    act: str
    who: str
    hash: str
    body: str
    """The exact canonical text that was hashed."""


class FoundOut(Schema):
    number: str
    kind: str
    title: str
    excerpt: str


class FarOut(Schema):
    """The other record of a link."""

    number: str
    kind: str
    title: str
    state: str
    digest: str


class LinkOut(Schema):
    id: int
    role: str
    record: FarOut
    suspect: bool
    """The record it names says something else than when somebody last looked."""


class LinksOut(Schema):
    """`out` are made by this record, `back` by others to it; `hidden` counts those whose far end one may not see."""

    out: list[LinkOut]
    back: list[LinkOut]
    hidden: int


class FileOut(Schema):
    uid: str
    name: str
    version: int
    size: int
    media_type: str
    """Found from the content, never from the name."""
    sha256: str
    added_by: PersonOut
    added_at: dt.datetime


class TaskOut(Schema):
    id: int
    record: str
    what: str
    person: PersonOut | None
    role: str | None
    due: dt.date | None
    asked_by: PersonOut
    open: bool


class CommentOut(Schema):
    who: PersonOut
    at: dt.datetime
    text: str


class SignatureOut(Schema):
    name: str
    on_behalf_of: str | None
    roles: str
    meaning: str
    statement: str
    rejection: bool
    reason: str
    at: dt.datetime
    time_zone: str
    content: str
    """SHA-256 of exactly what was signed."""
    verdict: str


Reason = Annotated[str, Field(max_length=LONGEST_TEXT)]


class CommentIn(Strict):
    text: str = Field(max_length=LONGEST_TEXT)


class AdvanceIn(Strict):
    version: int
    reason: Reason = ""


class VoidIn(Strict):
    version: int
    reason: Reason


class ExtendIn(Strict):
    version: int
    due: dt.date
    reason: Reason


class AssignIn(Strict):
    version: int
    owner: str = Field(max_length=26, description="the `uid` of the new owner")
    reason: Reason = ""


class LinkIn(Strict):
    role: str = Field(max_length=60)
    to: str = Field(max_length=40, description="the number or `uid` of the other record")


class LookIn(Strict):
    seen: str = Field(max_length=64, description="the `digest` of the far end as it was read")


class TaskIn(Strict):
    """Exactly one of `person` (a `uid`) and `role`."""

    what: str = Field(max_length=200)
    person: str | None = Field(None, max_length=26)
    role: str | None = Field(None, max_length=20)
    due: dt.date | None = None


class PageIn(Strict):
    after: int = Field(0, ge=0, description="`next` of the page before")
    limit: int = Field(50, ge=1, le=MOST)


class ListIn(PageIn):
    """The filters of the list pages. One that is not understood is refused, not ignored."""

    q: str = Field("", max_length=200, description="words that must all occur")
    state: str = Field("", max_length=40)
    show: str = Field("", max_length=10, description="`open` or `finished`")
    owner: str = Field("", max_length=26, description="the `uid` of a person, or `me`")
    site: str = Field("", max_length=26)
    due: str = Field("", max_length=10, description="`overdue`, `week`, `month` or `none`")
    flag: str = Field("", max_length=60)


class SearchIn(Strict):
    q: str = Field("", max_length=400)
    limit: int = Field(20, ge=1, le=50)


class ReasonIn(Strict):
    reason: str = Field("", max_length=LONGEST_TEXT)
