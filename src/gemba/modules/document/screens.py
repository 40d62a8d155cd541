"""The pages of documents that no other record has: reading, comparing, copies, coverage, control, beginning."""

from django.utils.translation import gettext_lazy as _

from gemba.kernel.roles import STAFF, Role
from gemba.kernel.types import Screen
from gemba.modules.document.control_views import checks, consistency, control_matrix, starter
from gemba.modules.document.cover_views import covers
from gemba.modules.document.new_views import begin, take_file_in
from gemba.modules.document.reader_views import against_template, pdf, read_document, read_revision, redlined, word

OF_DOCUMENTS = (
    Screen(name="begin", path="documents/new", view=begin, menu=_("New document"), roles=STAFF),
    Screen(name="matrix", path="documents/matrix", view=control_matrix, menu=_("Document control matrix")),
    Screen(name="consistency", path="documents/consistency", view=consistency, menu=_("Consistency of documents")),
    Screen(name="starter", path="documents/starter", view=starter, menu=_("Starter set"), roles=(Role.QUALITY,)),
    Screen(name="read", path="read", view=read_document, on_record=True),
    Screen(name="redline", path="redline", view=redlined, menu=_("Compare revisions"), on_record=True),
    Screen(name="covers", path="covers", view=covers, menu=_("What it covers"), on_record=True),
)
OF_REVISIONS = (
    Screen(name="read", path="read", view=read_revision, menu=_("Read"), on_record=True),
    Screen(name="template", path="template", view=against_template, on_record=True),
    Screen(name="pdf", path="pdf", view=pdf, on_record=True),
    Screen(name="word", path="word", view=word, on_record=True),
    Screen(name="checks", path="checks", view=checks, on_record=True),
    Screen(name="take_in", path="take-in", view=take_file_in, on_record=True, roles=STAFF),
)
