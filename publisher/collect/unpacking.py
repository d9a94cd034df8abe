"""Unpacks what came packed with gzip although no header announces it: files served as they lie on the disk."""

import zlib

from publisher.errors import FarEndError, UnreadableInput
from publisher.fetch import Response


def unpacked(response: Response, max_bytes: int) -> bytes:
    """Give the body, unpacked where it is packed.

    Raises:
        UnreadableInput: when it cannot be unpacked, or grows beyond `max_bytes`.
        FarEndError: when it breaks off.
    """
    if not response.body.startswith(b"\x1f\x8b"):
        return response.body
    unpacking = zlib.decompressobj(31)
    try:
        body = unpacking.decompress(response.body, max_bytes + 1)
    except zlib.error as error:
        raise UnreadableInput(
            f"{response.url} is packed with gzip and cannot be unpacked ({error}); tell whoever keeps that site"
        ) from error
    if len(body) > max_bytes:
        raise UnreadableInput(
            f"{response.url} unpacks to more than {max_bytes} bytes; if that is right, raise fetch.max_bytes"
        )
    if not unpacking.eof:
        raise FarEndError(f"{response.url} is packed with gzip that breaks off in the middle; try again later")
    return body
