"""The WSGI entry point for gunicorn."""

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

application = get_wsgi_application()

# A sheet of ten thousand rows makes millions of objects that live until it is answered. Looking through them for
# cycles every 700 of them took a third of its time; what was loaded by now stays and need not be looked at again.
gc.freeze()
gc.set_threshold(10_000, 20, 20)
