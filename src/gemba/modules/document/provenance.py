"""Where a revision's text came from, and how much of it the company has made its own (M55, M56)."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import lru_cache

from django.utils.translation import gettext as _

from gemba.kernel.links.models import Link
from gemba.kernel.richtext.reading import placeholders, plain
from gemba.kernel.richtext.similarity import adaptation
from gemba.modules.document.family import Revision

MADE_FROM = "made_from"
"""Role of the link from a revision to the template it was made from, where that is a document of the company."""
COPIED = 0.15
"""Below this share of own words a text is its template with another name."""
STARTED = 0.5


@dataclass(frozen=True, slots=True)
class Template:
    """What a text was made from. `number` leads to it where it is a document of the company, else it is empty."""

    name: str
    number: str
    html: str


@dataclass(frozen=True, slots=True)
class Measured:
    """How far a text has moved from its template, 0 to 1, and how many gaps it still has."""

    template: Template
    own: float
    gaps: int

    @property
    def percent(self) -> int:
        """Whole per cent, rounded down: a text is not its own before it is."""
        return int(self.own * 100)

    @property
    def tone(self) -> str:
        return "bad" if self.own < COPIED else "busy" if self.own < STARTED else "good"

    @property
    def word(self) -> str:
        """The same in a word or two."""
        if self.own < COPIED:
            return _("still its template")
        return _("begun") if self.own < STARTED else _("the company's own")

    @property
    def verdict(self) -> str:
        """What the figure means, as a sentence."""
        if self.own < COPIED:
            return _("Nearly word for word its template. Ask those who do the work whether it is how they work.")
        if self.own < STARTED:
            return _("More than half of the wording is still the template's.")
        return _("Most of the wording is the company's own.")


def templates_of(revisions: Iterable[Revision]) -> dict[int, Template]:
    """The template of each revision that has one, by the revision's key, in at most one statement."""
    found: dict[int, Template] = {}
    asked: list[int] = []
    for revision in revisions:
        if revision.template_text:
            found[revision.pk] = Template(revision.template_name, "", revision.template_text)
        elif revision.provenance in (Revision.Provenance.TEMPLATE, Revision.Provenance.COPIED):
            asked.append(revision.pk)
    return found | _linked(asked)


def _linked(asked: Collection[int]) -> dict[int, Template]:
    if not asked:
        return {}
    links = dict(
        Link.objects.standing()
        .filter(role=MADE_FROM, source_id__in=asked, target__in=Revision.objects.order_by().values("pk"))
        .values_list("source_id", "target_id")
    )
    texts = {revision.pk: revision for revision in Revision.objects.filter(pk__in=set(links.values()))}
    return {
        source: Template(f"{texts[target].number} {texts[target].title}", texts[target].number, texts[target].body)
        for source, target in links.items()
        if target in texts
    }


def measured(revision: Revision, template: Template | None) -> Measured | None:
    """None where the text was not made from another."""
    if template is None:
        return None
    return Measured(template, own_share(revision.body, template.html), len(placeholders(revision.body)))


def own_percent(revision: Revision) -> int | None:
    """How much of the wording is not its template's, in whole per cent rounded down; for the system, of any template.

    None where it was made from none, or from one that has no text here.
    """
    template = revision.template_text or _text_of_template(revision)
    return int(100 * own_share(revision.body, template)) if template else None


def _text_of_template(revision: Revision) -> str:
    if revision.provenance not in (Revision.Provenance.TEMPLATE, Revision.Provenance.COPIED):
        return ""
    made = Link.objects.standing().filter(role=MADE_FROM, source_id=revision.pk).order_by("pk").values("target")[:1]
    found = Revision._base_manager.filter(pk__in=made).values_list("body", flat=True).first()
    return found or ""


@lru_cache(maxsize=256)
def own_share(html: str, template: str) -> float:
    """The share of runs of five words that the template does not have."""
    return adaptation(plain(html), plain(template))
