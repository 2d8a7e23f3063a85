"""Files that nobody vouches for: bombs, lies, what cameras note, and what takes its process down with it."""

import io
import struct
import sys
import zlib
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageCms
from pypdf import PdfWriter

from svc_feed.domain.medium import Failed
from svc_feed.rendering.renderer import Refused, Renderer, RenderingFailed


def written(picture: Image.Image, kind: str, **how: Any) -> bytes:
    file = io.BytesIO()
    picture.save(file, kind, **how)
    return file.getvalue()


def png_bomb() -> bytes:
    """A picture of a billion pixels in a few bytes."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", 32_000, 32_000, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b"")
    )


def document(pages: int, password: str = "") -> bytes:
    writer = PdfWriter()
    for _ in range(pages):
        writer.add_blank_page(100, 100)
    if password:
        writer.encrypt(password)
    file = io.BytesIO()
    writer.write(file)
    return file.getvalue()


class Look:
    """Looks at bytes as the worker does."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.render = Renderer(1)

    def source(self, data: bytes) -> Path:
        source = self.folder / "source"
        source.write_bytes(data)
        return source

    async def picture(self, data: bytes, kind: str) -> list[tuple[int, int]]:
        """The sizes of what was made, each as its file says."""
        made = await self.render.picture(self.source(data), kind, self.folder)
        sizes: list[tuple[int, int]] = []
        for one in made:
            with Image.open(self.folder / one.name) as written_one:
                sizes.append(written_one.size)
        assert sizes == [(one.width, one.height) for one in made]
        assert [(self.folder / one.name).stat().st_size for one in made] == [one.size_bytes for one in made]
        return sizes


@pytest.fixture
def look(tmp_path: Path) -> Look:
    return Look(tmp_path)


async def test_a_picture_is_written_in_three_sizes(look: Look) -> None:
    """None is larger than it came, and the proportions stay."""
    assert [(200, 100), (800, 400), (2048, 1024)] == await look.picture(
        written(Image.new("RGB", (4000, 2000), "red"), "JPEG"), "image/jpeg"
    )
    assert [(200, 1), (300, 1), (300, 1)] == await look.picture(written(Image.new("L", (300, 1)), "PNG"), "image/png")


async def test_what_a_camera_notes_is_gone_and_the_picture_upright(look: Look) -> None:
    """Place, maker, comment, profile: nothing is left but pixels, turned as the camera meant them."""
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = 6, "a camera of mine"
    exif.get_ifd(0x8825)[2] = (48.0, 8.0, 0.0)
    half = Image.new("RGB", (400, 200), "red")
    half.paste("blue", (0, 0, 200, 200))
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    data = written(half, "JPEG", exif=exif, icc_profile=profile, comment=b"a camera of mine", quality=95)
    assert [(100, 200), (200, 400), (200, 400)] == await look.picture(data, "image/jpeg")
    for name in ("thumbnail", "small", "large"):
        bytes_of = (look.folder / name).read_bytes()
        assert not any(mark in bytes_of for mark in (b"camera", b"EXIF", b"ICCP", b"XMP "))
    with Image.open(look.folder / "large") as made:
        top, bottom = made.convert("RGB").getpixel((100, 20)), made.convert("RGB").getpixel((100, 380))
    assert (max(range(3), key=top.__getitem__), max(range(3), key=bottom.__getitem__)) == (2, 0)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "CMYK", "I;16"])
async def test_pictures_of_every_kind_are_taken(look: Look, mode: str) -> None:
    """What shines through goes on to; deep ones are made flat."""
    kind = "TIFF" if mode == "CMYK" else "PNG"
    if kind == "TIFF":  # no PNG is of this mode
        data, said = written(Image.new(mode, (20, 10)), "JPEG"), "image/jpeg"
    else:
        data, said = written(Image.new(mode, (20, 10)), kind), "image/png"
    assert [(20, 10)] * 3 == await look.picture(data, said)
    with Image.open(look.folder / "large") as made:
        assert ("RGBA" if mode in {"LA", "RGBA"} else "RGB") == made.mode


REFUSED = {
    "a bomb": (png_bomb(), "image/png", Failed.TOO_MANY_PIXELS),
    "cut off": (written(Image.effect_noise((200, 200), 50), "PNG")[:5_000], "image/png", Failed.UNREADABLE),
    "of another type": (written(Image.new("RGB", (9, 9)), "JPEG"), "image/png", Failed.UNREADABLE),
    "a beginning alone": (b"\xff\xd8\xff\xe0" + bytes(100), "image/jpeg", Failed.UNREADABLE),
    "nothing": (b"", "image/webp", Failed.UNREADABLE),
}


@pytest.mark.parametrize("name", REFUSED)
async def test_what_is_no_picture_is_refused(look: Look, name: str) -> None:
    """For good: another look would find the same."""
    data, kind, why = REFUSED[name]
    with pytest.raises(Refused) as caught:
        await look.picture(data, kind)
    assert why == caught.value.why


async def test_pages_are_counted(look: Look) -> None:
    """Of what can be opened by everybody."""
    assert 3 == await look.render.pages(look.source(document(3)))
    for data in (document(2, "locked"), document(0), b"%PDF-1.7\nnothing else", document(2)[:300]):
        with pytest.raises(Refused):
            await look.render.pages(look.source(data))


SPIN = "import sys, time\nwhile True: time.sleep(60)"
DIE = "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)"
GROW = "from svc_feed.rendering.limits import confine\nconfine()\nbytearray(2 << 30)"
LIE = "print('nothing that can be read')"


@pytest.mark.parametrize("code", [SPIN, DIE, GROW, LIE])
async def test_a_process_that_goes_wrong_costs_its_own_file(look: Look, code: str) -> None:
    """Killed, too large, too late, talking nonsense: it is ended, and the next file is looked at."""
    seconds = 0.5 if code == SPIN else 30.0
    with pytest.raises(RenderingFailed):
        await Renderer(1, seconds=seconds, command=(sys.executable, "-c", code)).pages(look.source(b""))
    assert 1 == await look.render.pages(look.source(document(1)))


async def test_a_process_gets_none_of_our_secrets(look: Look, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its environment has none of our settings."""
    monkeypatch.setenv("GUILD_OBJECTS_SECRET", "a secret")
    code = "import os\nprint('{\"pages\":', sum('GUILD' in name for name in os.environ), '}')"
    assert 0 == await Renderer(1, command=(sys.executable, "-c", code)).pages(look.source(b""))
