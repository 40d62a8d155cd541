"""What every page says about the installation: the company's name, and whether anything here is real."""

from django.conf import settings
from django.http import HttpRequest

from gemba.kernel.log.standing import banner
from gemba.kernel.people.organisation import organisation


def company(_request: HttpRequest) -> dict[str, object]:
    return {
        "company": organisation().name, "demonstration": settings.GEMBA_MODE == "demo", "trail_banner": banner,
    }  # fmt: skip
