"""The tender packages document 000 states: which there are, what their days hang on, and what stays blank."""

import pytest

from tracker.models import Citation, Package, PackageStep

pytestmark = pytest.mark.django_db

STATED = {
    "XH-BD-01": ("solicitation", "none", "C02 C03 Z1 C10 C13 Z2 Z3", "01 02 03 04 05 06 07"),
    "XH-BD-02": ("survey", "tender", "B11", "01"),
    "XH-BD-03": ("design", "tender", "B11", "01"),
    "XH-BD-04": ("works", "tender", "Z1 B11", "04 02"),
    "XH-BD-05": ("supervision", "tender", "B11", "02"),
}
"""Package: kind, law, the steps that have a milestone, and the ends of the milestones' codes."""


def test_the_packages_are_those_of_the_document():
    found = {}
    for row in Package.objects.order_by("code"):
        steps = list(row.steps.exclude(milestone=None).order_by("position").select_related("milestone"))
        codes = [step.milestone.code for step in steps if step.milestone]
        assert all(code.startswith(f"{row.project.code}-") for code in codes)
        keys, ends = (" ".join(part) for part in ([s.code for s in steps], [c[-2:] for c in codes]))
        found[row.code] = (row.kind, row.regime, keys, ends)
    assert found == STATED


def test_what_the_document_does_not_say_stays_blank():
    for row in Package.objects.all():
        assert (row.estimate, row.compulsory, row.validity_days) == (None, None, None)
        assert row.counts == type(row.counts)()
        plan = row.plans.get()
        assert (plan.number, row.plan_number, plan.by) == (1, 1, None)
        assert plan.citation is not None
        assert plan.citation.document.code == "000"


def test_the_units_registered_have_one_home():
    row = Package.objects.get(code="XH-BD-01")
    assert row.metric is not None
    assert row.metric.code == "XH-M-12"
    assert row.metric.value_low == 21
    assert row.registered is None
    assert Citation.objects.get(code="000-38").package == row


def test_every_step_of_the_template_is_there_once_in_order():
    for row in Package.objects.select_related("template"):
        codes = [step.code for step in PackageStep.objects.filter(package=row).order_by("position")]
        of_template = [step.code for step in row.template.steps.order_by("position")]
        assert [code for code in codes if not code.startswith("Z")] == of_template
