"""Two people at one thing: every form that changes what is stored carries the version it was filled from."""

import re

import pytest
from django.urls import reverse

from tests.addresses import Rows, arguments, rows
from tests.cast import everybody, signed_in

# Not here, since they change nothing that was there before or belong to one person alone: what adds a row (comment,
# person, unit, feed, copy, process of a project), settings of one's own, uploads, which are tied to what was looked at
# by a fingerprint, and decisions on a report, which is decided once.
EDITS = {
    "official-a": ("report_milestone", "report_metric", "correct", "grid"),
    "reviewer": ("replan", "retarget", "metric_parts", "programme_cycle", "process_edit", "process_retire"),
    "administrator": ("unit", "person", "window_version"),
}
SAMPLE = {"correct": "accepted"}


@pytest.fixture(scope="module")
def found(module_database: None) -> Rows:
    everybody()
    return rows()


@pytest.mark.parametrize(("who", "name"), [(who, name) for who, names in EDITS.items() for name in names])
def test_an_edit_form_carries_the_version_it_was_filled_from(found: Rows, who: str, name: str):
    samples = arguments(found).get(name)
    path = reverse(name, kwargs=samples[SAMPLE.get(name, "a")] if samples else None)
    page = signed_in(everybody()[who]).get(path, {"what": "open"} if name == "grid" else {})
    assert page.status_code == 200
    forms = [one for one in re.findall(r"<form.*?</form>", page.content.decode(), re.DOTALL) if "<main" not in one]
    edits = [one for one in forms if 'method="post"' in one and not re.search(r'action="/(sign-out|language)/', one)]
    assert edits
    for one in edits:
        assert re.search(r'name="(?:[\w.-]+[.-])?version" value="\d+"|name="version"[^>]* value="\d+"', one) or (
            re.search(r'value="\d+"[^>]*name="version"', one)
        ), one[:300]
