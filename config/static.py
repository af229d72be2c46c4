"""Static files with a hash in their name, so that a browser may keep them for ever."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedStorage(CompressedManifestStaticFilesStorage):
    """Hashed and compressed; the modules we import from one another are renamed inside the files too."""

    support_js_module_import_aggregation = True
