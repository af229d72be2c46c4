"""One page of a list that is cut into pages: which rows of how many."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Span:
    """One page of a list; `first` and `last` number its rows from 1."""

    page: int
    pages: int
    first: int
    last: int
    total: int

    @property
    def rows(self) -> slice:
        """The rows of the whole list that stand on this page."""
        return slice(self.first - 1, self.last)

    @property
    def previous(self) -> int:
        """The page before."""
        return self.page - 1

    @property
    def next(self) -> int:
        """The page after."""
        return self.page + 1


def span(total: int, page: int, size: int) -> Span:
    """The page asked for, or the nearest there is."""
    pages = max(1, -(-total // size))
    page = min(max(page, 1), pages)
    return Span(page, pages, (page - 1) * size + 1, min(page * size, total), total)
