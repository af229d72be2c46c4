"""App configurations that differ from what the packages ship."""

from django.contrib.staticfiles.apps import StaticFilesConfig


class OwnStaticFilesConfig(StaticFilesConfig):
    """Static files without what we never serve: plotly's widget bundle and data sets, htmx 4 and its debug builds."""

    ignore_patterns = [
        *StaticFilesConfig.ignore_patterns,
        "widgetbundle.js",
        "datasets",
        "templates",
        "htmx-4*.js",
        "htmax-4*.js",
        "htmx-2.js",
        "ext",
    ]
