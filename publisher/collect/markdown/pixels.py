"""How wide and high a picture is, as the first bytes of its file say: PNG, GIF, WebP, JPEG."""

from pathlib import Path
from struct import error, unpack_from

_READ = 262_144
"""Bytes: before the size in a JPEG stand the camera's data and its thumb, in pieces of up to 65,535."""
_LARGEST = 99_999


def size(path: Path) -> tuple[int, int] | None:
    """Give width and height in pixels; None where the file does not tell, whatever it is."""
    try:
        with path.open("rb") as opened:
            found = _size(opened.read(_READ))
    except (OSError, ValueError, IndexError, error):
        return None
    return found if found and all(0 < side <= _LARGEST for side in found) else None


def _size(content: bytes) -> tuple[int, int] | None:
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        width, height = unpack_from(">II", content, 16)
        return width, height
    if content.startswith((b"GIF87a", b"GIF89a")):
        width, height = unpack_from("<HH", content, 6)
        return width, height
    if content.startswith(b"RIFF") and content[8:12] == b"WEBP":
        return _of_webp(content)
    return _of_jpeg(content) if content.startswith(b"\xff\xd8") else None


def _of_webp(content: bytes) -> tuple[int, int] | None:
    form = content[12:16]
    if form == b"VP8X":
        return int.from_bytes(content[24:27], "little") + 1, int.from_bytes(content[27:30], "little") + 1
    if form == b"VP8L":
        packed = unpack_from("<I", content, 21)[0]
        return (packed & 0x3FFF) + 1, (packed >> 14 & 0x3FFF) + 1
    if form == b"VP8 ":
        width, height = unpack_from("<HH", content, 26)
        return width & 0x3FFF, height & 0x3FFF
    return None


def _of_jpeg(content: bytes) -> tuple[int, int] | None:
    at = 2
    while content[at : at + 1] == b"\xff":
        marker = content[at + 1]
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            height, width = unpack_from(">HH", content, at + 5)
            return width, height
        at += 1 if marker == 0xFF else 2 + max(unpack_from(">H", content, at + 2)[0], 2)
    return None
