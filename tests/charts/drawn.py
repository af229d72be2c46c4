"""Figures as the browser draws them: token names replaced by a colour, then held to Plotly's own schema."""

import json
import re
from typing import Any

from plotly import graph_objects

TOKEN = re.compile(r"token:--[a-z0-9-]+(/\d{1,3})?")


def checked(figure: dict[str, Any]) -> graph_objects.Figure:
    """The figure, valid JSON and valid Plotly; raises ValueError for a property or value that Plotly does not know."""
    plain = json.loads(json.dumps(figure), object_hook=lambda held: {key: _coloured(one) for key, one in held.items()})
    drawn = graph_objects.Figure(data=plain["data"], layout=plain["layout"])
    if "phone" in plain:
        graph_objects.Layout(**{**plain["layout"], **plain["phone"]})
    return drawn


def _coloured(value: Any) -> Any:
    if isinstance(value, str) and value.startswith("token:"):
        assert TOKEN.fullmatch(value), f"no such token: {value}"
        return "#123456"
    return [_coloured(one) for one in value] if isinstance(value, list) else value
