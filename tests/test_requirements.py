"""The lists of packages are whole: `make test` installs what they name and works nothing out besides."""

from collections.abc import Iterator
from importlib.metadata import requires, version
from pathlib import Path

import pytest
from django.conf import settings
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

RUN, DEV = "requirements.txt", "requirements-dev.txt"


def listed(name: str) -> list[Requirement]:
    lines = (Path(settings.BASE_DIR) / name).read_text(encoding="utf-8").splitlines()
    texts = (line.partition("#")[0].strip() for line in lines)
    return [Requirement(text) for text in texts if text and not text.startswith("-")]


def missing(packages: list[Requirement]) -> Iterator[str]:
    """What a listed package needs and the list has not, or has in a version that will not do."""
    known = {canonicalize_name(one.name): str(one.specifier).removeprefix("==") for one in packages}
    for package in packages:
        for need in map(Requirement, requires(package.name) or ()):
            extras = package.extras or {""}
            if need.marker is None or any(need.marker.evaluate({"extra": extra}) for extra in extras):
                pinned = known.get(canonicalize_name(need.name))
                if pinned is None or not need.specifier.contains(pinned, prereleases=True):
                    yield f"{package.name} needs {need}, listed is {pinned}"


@pytest.mark.parametrize("names", [(RUN,), (RUN, DEV)])
def test_every_package_and_what_it_needs_is_pinned(names: tuple[str, ...]):
    packages = [package for name in names for package in listed(name)]
    assert [str(one) for one in packages if not str(one.specifier).startswith("==")] == []
    assert len({canonicalize_name(one.name) for one in packages}) == len(packages), "listed twice"
    assert list(missing(packages)) == []
    assert [one.name for one in packages if not one.specifier.contains(version(one.name), prereleases=True)] == []


def test_a_package_that_is_left_out_is_missed():
    packages = [one for one in listed(RUN) if one.name != "sqlparse"]
    assert ["Django needs sqlparse" in text for text in missing(packages)] == [True]
