"""A new document: empty, from a file, or as a copy. Where its text came from is kept with it (M55, M56)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from gemba.kernel.actions.write import Edit, Raise
from gemba.kernel.people.models import Person
from gemba.kernel.records.models import Record
from gemba.kernel.refusals import Refused
from gemba.modules.document.family import Document, Revision
from gemba.modules.document.provenance import MADE_FROM

COPIED = (
    "area", "takes_effect", "trained_percent", "review_months", "retention", "retention_years", "retention_basis",
    "readers", "reading_days", "signers", "in_order",
)  # fmt: skip
"""The rules of a document that hold for its copy too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Beginning:
    """What a new document begins with. `source` is the revision it is a copy of."""

    title: str
    type: str
    area: str
    owner: Person
    provenance: str = Revision.Provenance.AUTHORED
    html: str = ""
    source: Revision | None = None
    more: Mapping[str, Any] = field(default_factory=dict)

    def execute(self, **acting: Any) -> Revision:
        """The document and its first draft, both or neither. Raises `Refused` with the sentences of either."""
        with transaction.atomic():
            document: Document = Raise(model=Document, values=self._document(), **acting).execute()
            revision: Revision = Raise(
                model=Revision, values=self._revision(document), fixed=self._fixed(), links=self._links(), **acting
            ).execute()  # fmt: skip
        return revision

    def _document(self) -> dict[str, Any]:
        rules = {name: getattr(self.source.document, name) for name in COPIED} if self.source else {}
        return {**rules, **self.more, "title": self.title, "type": self.type, "area": self.area, "owner": self.owner}

    def _revision(self, document: Document) -> dict[str, Any]:
        source = self.source
        values: dict[str, Any] = {"document": document, "title": self.title, "owner": self.owner}
        if source is None:
            return {**values, "body": self.html, "provenance": self.provenance}
        copied = {"body": source.body, "steps": source.steps, "terms": source.terms}
        kind = Revision.Provenance.TEMPLATE if is_template(source.document) else Revision.Provenance.COPIED
        return {**values, **copied, "provenance": kind}

    def _fixed(self) -> dict[str, str]:
        source = self.source
        if source is None:
            return {}
        return {"template_name": f"{source.number} {source.title}"[:300], "template_text": source.body}

    def _links(self) -> list[tuple[str, Record]]:
        return [(MADE_FROM, self.source)] if self.source else []


def is_template(document: Document) -> bool:
    return document.type in (Document.Type.TEMPLATE, Document.Type.FORM)


def take_in(revision: Revision, html: str, **acting: Any) -> Revision:
    """The text of a file in place of the draft's. What stood there stays in the history."""
    if not html.strip():
        raise Refused(_("The file holds no text."))
    edited: Revision = Edit(record=revision, values={"body": html}, **acting).execute()
    return edited
