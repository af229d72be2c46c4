"""Pictures written anew: upright, without what a camera or a program adds (position, device, thumbnails, texts), and a
preview. Whatever stood in or behind the file besides the picture is gone, so a picture is nothing else besides.
"""

from dataclasses import dataclass
from io import BytesIO
from threading import Lock
from typing import IO, Any

from PIL import Image, ImageOps

from tracker.domain.evidence import JPEG, PNG, WEBP, NotTaken

JPEG_PIXELS, OTHER_PIXELS = 130_000_000, 36_000_000
"""The largest pictures. A JPEG is read at a smaller scale where it is large; other formats have to be read in full."""
LONGEST = 5_000
"""Pixels of the longer side as stored: a page photographed at arm's length stays legible."""
PREVIEW = 320
FORMATS = {JPEG: "JPEG", PNG: "PNG", WEBP: "WEBP"}
KEPT_MODES = {
    JPEG: ("RGB", "L"),
    PNG: ("RGB", "RGBA", "L", "LA", "P", "1", "I;16"),
    WEBP: ("RGB", "RGBA"),
}
SAVED: dict[str, dict[str, Any]] = {JPEG: {"quality": 88}, PNG: {}, WEBP: {"quality": 85, "method": 2}}

# Each worker reads one picture at a time: a large one takes some hundred megabytes while it is open.
_one_at_a_time = Lock()


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture written anew, and its preview with its width and height in pixels."""

    content: bytes
    preview: bytes
    width: int
    height: int


def written_anew(file: IO[bytes], media: str) -> Picture:
    """The picture without anything but its pixels; raises NotTaken for one that is damaged, moving or far too large."""
    with _one_at_a_time:
        try:
            with Image.open(file, formats=[FORMATS[media]]) as image:
                _check(image, media)
                upright = _upright(image, media)
            return _picture(upright, media)
        except NotTaken:
            raise
        except Image.DecompressionBombError as fault:
            raise NotTaken("file_pixels") from fault
        except Exception as fault:  # a damaged picture makes its decoder raise almost anything
            raise NotTaken("file_damaged") from fault


def _check(image: Image.Image, media: str) -> None:
    if image.width * image.height > (JPEG_PIXELS if media == JPEG else OTHER_PIXELS):
        raise NotTaken("file_pixels")
    if media != JPEG and getattr(image, "n_frames", 1) > 1:
        raise NotTaken("file_animated")


def _upright(image: Image.Image, media: str) -> Image.Image:
    """Turned as its camera says it was held, no larger than needed, without the rest of what the file said."""
    times = max(image.size) // LONGEST
    if media == JPEG and times > 1:
        image.draft(None, (image.width // times, image.height // times))
    image.load()
    try:
        found = ImageOps.exif_transpose(image)
    except Exception:  # what the camera wrote is damaged, the picture need not be
        found = image.copy()
    transparency = found.info.get("transparency") if found.mode == "P" else None
    if found.mode not in KEPT_MODES[media]:
        found = found.convert("RGBA" if media != JPEG and found.has_transparency_data else "RGB")
    found.info = {} if transparency is None else {"transparency": transparency}
    if max(found.size) > LONGEST:
        found.thumbnail((LONGEST, LONGEST))
    return found


def _picture(upright: Image.Image, media: str) -> Picture:
    content, preview = BytesIO(), BytesIO()
    upright.save(content, FORMATS[media], **SAVED[media])
    small = upright.convert("RGBA") if upright.has_transparency_data else upright.convert("RGB")
    small.thumbnail((PREVIEW, PREVIEW))
    if small.mode == "RGBA":
        paper = Image.new("RGB", small.size, "white")
        paper.paste(small, mask=small.getchannel("A"))
        small = paper
    small.info = {}
    small.save(preview, "JPEG", quality=78)
    return Picture(content.getvalue(), preview.getvalue(), small.width, small.height)
