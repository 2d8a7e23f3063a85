"""A picture written anew: in three sizes, upright, in sRGB, with nothing else of what came."""

import io
from pathlib import Path
from typing import Any

from PIL import Image, ImageCms, ImageOps

from svc_feed.domain.medium import Failed, Variant
from svc_feed.rendering.limits import MAX_PIXELS
from svc_feed.rendering.refused import Refused

SIZES = (("thumbnail", 200), ("small", 800), ("large", 2048))
"""Names with the most pixels each way, the smallest first."""
WRITTEN = "image/webp"

_FORMATS = {"image/jpeg": "JPEG", "image/png": "PNG", "image/webp": "WEBP"}
_QUALITY = 82
_DEEP = {"I;16": 1 / 256, "I;16L": 1 / 256, "I;16B": 1 / 256, "I": 1 / 256, "F": 1.0}
"""Modes of more than eight bits, with what makes eight of them."""

Image.MAX_IMAGE_PIXELS = None  # `MAX_PIXELS` is looked at before anything is decoded


def render(source: Path, content_type: str, folder: Path) -> list[Variant]:
    """Write the sizes into a folder, each under its name; raises Refused.

    Only the decoder of the announced type looks at the bytes.
    """
    try:
        with Image.open(source, formats=[_FORMATS[content_type]]) as opened:
            if opened.width * opened.height > MAX_PIXELS:
                raise Refused(Failed.TOO_MANY_PIXELS)
            picture = _upright(opened)
    except (OSError, SyntaxError, ValueError, EOFError) as error:
        raise Refused(Failed.UNREADABLE) from error
    return [_write(picture, name, most, folder) for name, most in SIZES]


def _upright(opened: Any) -> Any:
    """Return the pixels as they are to be seen, not larger than the largest size."""
    most = SIZES[-1][1]
    opened.draft(None, (most, most))  # a JPEG is decoded at a fraction of its size, where that is enough
    profile, exif = opened.info.get("icc_profile"), opened.getexif()
    opened.load()
    picture = _plain(opened)
    picture.thumbnail((most, most), Image.Resampling.LANCZOS, reducing_gap=3.0)
    picture = _in_srgb(picture, profile)
    picture.getexif().update({0x0112: exif.get(0x0112, 1)})  # the orientation alone, which is then applied
    return ImageOps.exif_transpose(picture)


def _plain(picture: Any) -> Any:
    """Return a picture of eight bits for each of red, green, blue, and of what shines through where there is such."""
    if picture.mode in _DEEP:
        factor = _DEEP[picture.mode]
        picture = picture.point(lambda value: value * factor).convert("L")
    if picture.has_transparency_data:
        return picture.convert("RGBA")
    return picture.convert("RGB") if picture.mode not in {"CMYK", "RGB"} else picture


def _in_srgb(picture: Any, profile: bytes | None) -> Any:
    """Return a picture in the colours that a viewer takes it for without a profile."""
    if profile:
        try:
            came = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            picture = ImageCms.profileToProfile(
                picture, came, ImageCms.createProfile("sRGB"), outputMode="RGBA" if picture.mode == "RGBA" else "RGB"
            )
        except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
            pass  # a profile that nobody can read describes nothing
    return picture if picture.mode in {"RGB", "RGBA"} else picture.convert("RGB")


def _write(picture: Any, name: str, most: int, folder: Path) -> Variant:
    sized = picture.copy()
    sized.thumbnail((most, most), Image.Resampling.LANCZOS)
    target = folder / name
    sized.save(target, "WEBP", quality=_QUALITY, method=4, exif=b"", icc_profile=b"", xmp=b"")
    return Variant(name, WRITTEN, target.stat().st_size, sized.width, sized.height)
