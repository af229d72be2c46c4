"""Tenders in the training scenario: one suspended, one with two bidders, one whose clock runs; and gone with it."""

import pytest

from tests.simulated import TODAY
from tracker.actions import simulation
from tracker.models import Package, PackageReport, PackageStep

pytestmark = pytest.mark.django_db


def test_the_training_scenario_fills_the_tenders_and_takes_it_back():
    simulation.training(seed=1, today=TODAY)
    rows = {row.code: row for row in Package.objects.all()}
    assert rows["XH-BD-05"].counts.suspended(TODAY)
    assert (rows["XH-BD-03"].bidders, rows["XH-BD-03"].failed) == (2, True)
    assert rows["XH-BD-01"].pending == 1
    steps = PackageStep.objects.filter(package__code="XH-BD-04").values_list("code", "milestone__code")
    assert {"B08": "XH-ZB-B08", "B11": "XH-ZB-B11"}.items() <= dict(steps).items()
    simulation.clear()
    assert not PackageReport.objects.exists()
    assert all(row.counts == type(row.counts)() and not row.pending for row in Package.objects.all())
    assert not PackageStep.objects.filter(package__code="XH-BD-04", code="B08").exclude(milestone=None).exists()
    assert dict(steps.all())["B11"] == "XH-ZB-02"
