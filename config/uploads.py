"""How much anybody may send: measured while it comes in, so that what is too large is never read to its end."""

from typing import Any

from django.core.files.uploadhandler import FileUploadHandler, SkipFile, StopUpload
from django.http import HttpRequest

from tracker.domain.evidence import FILE_BYTES, FILES, REQUEST_BYTES

REFUSED = "_guatu_refused_files"


def refused_files(request: HttpRequest) -> list[tuple[str, str]]:
    """The files of a request that were not read to their end: the name of each and why (a code of words.refusals)."""
    request.POST  # noqa: B018 - reading the form is what meets the files
    found: list[tuple[str, str]] = getattr(request, REFUSED, [])
    return found


class MeasuredUpload(FileUploadHandler):
    """The first of the upload handlers: passes on what is small enough.

    Of a request that says itself that it is too large no file is read: the texts of its form come first, are kept, and
    go back to whoever typed them. A single file that is too large is let go, the others are kept.
    """

    def __init__(self, request: HttpRequest | None = None) -> None:
        super().__init__(request)
        self.whole = self.size = self.count = 0

    def handle_raw_input(self, input_data: Any, META: dict[str, Any], content_length: int, *rest: Any) -> None:  # noqa: N803 - the base class's name
        """Take down how much the request says it carries."""
        self.whole = content_length

    def new_file(self, *args: Any, **options: Any) -> None:
        """Begin a file, unless the request as a whole is too large."""
        super().new_file(*args, **options)
        self.size = 0
        self.count += 1
        if self.whole > REQUEST_BYTES:
            self._refuse("files_too_large_together")
            raise StopUpload(connection_reset=True)  # what is left is not waited for

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        """Pass the piece on, until the file is too large; nothing of a file too many.

        Not in `new_file`: Django would then close the file before it, which was good.
        """
        if self.count > FILES:
            self._refuse("files_too_many")
            raise SkipFile
        self.size += len(raw_data)
        if self.size > FILE_BYTES:
            self._refuse("file_too_large")
            raise SkipFile
        return raw_data

    def file_complete(self, file_size: int) -> None:
        """Leave the finished file to the handlers after this one."""

    def _refuse(self, code: str) -> None:
        found = list(getattr(self.request, REFUSED, []))
        setattr(self.request, REFUSED, [*found, (self.file_name or "", code)])
