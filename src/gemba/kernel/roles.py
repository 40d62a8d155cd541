"""Permission roles. They say what somebody may do in Gemba; job roles say what somebody does in the company."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    EMPLOYEE = "employee", _("Employee")
    OPERATIONS = "operations", _("Operations")
    ENGINEER = "engineer", _("Engineer")
    QUALITY = "quality", _("Quality")
    MANAGEMENT = "management", _("Top management")
    AUDITOR = "auditor", _("Auditor (reads only)")
    ADMINISTRATOR = "administrator", _("System administrator")


STAFF = (Role.EMPLOYEE, Role.OPERATIONS, Role.ENGINEER, Role.QUALITY, Role.MANAGEMENT)
"""Everybody who works with records. The administrator runs the system and is not among them."""
READERS = (*STAFF, Role.AUDITOR)
