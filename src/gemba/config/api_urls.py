"""Every address, with those of the REST interface.

Requests below `/api/` are answered with these alone, so that a process builds the interface when somebody first asks
for it: with forty kinds of record that takes longer than all other parts of a start together.
"""

from django.urls import URLPattern, URLResolver, include, path

from gemba.config import urls

urlpatterns: list[URLPattern | URLResolver] = [path("", include("gemba.api.urls")), *urls.urlpatterns]
handler400, handler403, handler404, handler500 = urls.handler400, urls.handler403, urls.handler404, urls.handler500
