"""Every address of the pages. Those of the REST interface stand in `api_urls`, for the requests that ask for it."""

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("gemba.web.accounts.urls")),
    path("people/", include("gemba.web.people_urls")),
    path("practice/", include("gemba.web.practice.urls")),
    path("", include("gemba.export.urls")),
    path("", include("gemba.web.urls")),
]
handler400 = "gemba.web.errors.bad_request"
handler403 = "gemba.web.errors.forbidden"
handler404 = "gemba.web.errors.not_found"
handler500 = "gemba.web.errors.failed"
