"""The measuring: what it computes from times, what it starts, and one small run from end to end."""

import json
import os
import tempfile
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from config import embedded
from tracker.actions import simulation
from tracker.management import measuring
from tracker.management.commands import bench
from tracker.management.measuring import alone, environment, folder, summed, together


def test_median_p95_and_rate():
    found = summed([0.001 * number for number in range(1, 101)], elapsed=2.0)
    assert (found.count, found.median_ms, found.p95_ms, found.per_second) == (100, 50.5, 95.0, 50.0)
    assert summed([0.25], elapsed=0.25).p95_ms == 250.0


def test_an_act_is_repeated_until_its_times_or_its_seconds_are_over():
    acts: list[int] = []
    assert alone(lambda: acts.append(1), times=7, seconds=60).count == len(acts) == 7
    assert alone(lambda: None, times=1000, seconds=0).count == 3
    assert together([lambda: None] * 4, times=3, seconds=60).count == 12


def test_an_error_of_one_reader_ends_the_measurement():
    def fail() -> None:
        raise measuring.CannotMeasure("answered 500")

    with pytest.raises(measuring.CannotMeasure):
        together([fail, fail], times=2, seconds=1)


def test_the_measured_server_has_its_own_database_and_no_debug(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    for name, value in (("DATABASE_URL", "postgresql://a/b"), ("GUATU_DEBUG", "1"), ("GUATU_POOL_MAX", "1")):
        monkeypatch.setenv(name, value)
    env = environment(tmp_path, 30)
    assert (env["GUATU_VAR"], env["GUATU_DATABASE"]) == (str(tmp_path), "guatu_bench_30")
    assert (env["GUATU_MODE"], env["GUATU_STATIC"], env["GUATU_WORKERS"]) == ("local", "hashed", "2")
    assert not {"DATABASE_URL", "GUATU_DEBUG", "GUATU_POOL_MAX"} & set(env)
    assert env["PATH"] == os.environ["PATH"]


def test_the_folder_is_removed_even_after_an_error(tmp_path: Path):
    (tmp_path / "bench-999999999").mkdir()  # a run that was killed
    with pytest.raises(RuntimeError), folder(tmp_path) as path:
        (path / "pg").mkdir()
        raise RuntimeError
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("sizes", ["", "a", "30,", "0", "-1", "99999"])
def test_sizes_that_make_no_sense_are_refused(sizes: str):
    with pytest.raises(CommandError, match="sizes"):
        call_command("bench", sizes=sizes)


@pytest.mark.django_db
def test_every_page_to_measure_has_an_address():
    simulation.portfolio(projects=2, seed=1, today=timezone.localdate())
    missing = []
    for page in bench.pages_of(2):
        try:
            reverse(page.name, args=page.arguments)
        except NoReverseMatch:
            missing.append(page.name)
    assert missing == []


@pytest.fixture
def folder_of_all() -> Iterator[Path]:
    """A folder that the database server may enter: as root it is somebody else, and pytest closes its own to others."""
    with tempfile.TemporaryDirectory(prefix="guatu-test-") as name:
        yield Path(name)


@pytest.mark.slow
def test_a_small_run_from_end_to_end(folder_of_all: Path, settings: object):
    """Two projects: the pages answer, reports are refused for lack of units, the file is whole, nothing is left."""
    kept, out = folder_of_all / "figures.json", StringIO()
    settings.VAR = var = folder_of_all / "var"  # type: ignore[attr-defined]
    call_command("bench", sizes="2", quick=True, only="milestones, f", json=str(kept), stdout=out)
    (result,) = json.loads(kept.read_text(encoding="utf-8"))
    assert result["projects"] == 2
    assert [page["note"] for page in result["pages"] if "note" in page] == []
    assert all(page["queries"] > 0 and page["alone"]["median_ms"] > 0 for page in result["pages"])
    assert result["csv"]["rows"] == result["milestones"]
    assert result["writes"] == {"note": "too few projects for eight units"}
    assert [page["page"] for page in result["pages"]] == ["milestones, far page"]
    assert "milestones, far page" in out.getvalue()
    assert list(var.iterdir()) == []
    assert not embedded.is_running(var / "pg")
