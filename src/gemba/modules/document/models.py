"""All tables of controlled documents, gathered for Django."""

from gemba.modules.document.asked import FitCheck, PeriodicReview, Reading
from gemba.modules.document.family import Document, Revision

__all__ = ["Document", "FitCheck", "PeriodicReview", "Reading", "Revision"]
