"""What the web server runs. Whoever starts it, nothing is served that is not ready."""

import os
from importlib import import_module

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gemba.config.settings")
application = get_wsgi_application()
import_module("gemba.config.serving").begin()  # its imports need the apps, which are only now complete
