"""The return path of each delivery (VERP): a bounce to it names the delivery, and nobody else can make one.

`bounces@example.org` becomes `bounces+KEY@example.org`, where KEY is the delivery's ten octets and the first
ten of their HMAC, in base32: 32 lower-case characters, for mail servers that fold case.
"""

import base64
import binascii
import hmac

from publisher import tokens
from publisher.deliver.address import MAX_LOCAL_OCTETS, Address, configured
from publisher.errors import ConfigError

_KEY_OCTETS = 10
_TAG = 32


def base(mailbox: str) -> Address:
    """Read the configured address that return paths are made of.

    Raises:
        ConfigError: when it leaves no room for the key.
    """
    address = configured("delivery.return_path", mailbox)[1]
    longest = MAX_LOCAL_OCTETS - _TAG - 1
    if len(address.local) > longest or address.local.startswith('"'):
        raise ConfigError(
            f'delivery.return_path: "{mailbox}" has no room for a delivery\'s key; '
            f"give its part before the @ in at most {longest} letters and digits"
        )
    return Address(address.local.lower(), address.domain.lower())


def return_path(mailbox: Address, key: str, secret: str) -> str:
    """Give the return path of the delivery with `key` (hex)."""
    octets = bytes.fromhex(key)
    tag = base64.b32encode(octets + _mac(octets, secret)).decode("ascii").lower()
    return f"{mailbox.local}+{tag}@{mailbox.domain}"


def read_return_path(address: str, secret: str) -> str | None:
    """Give the key of the delivery that an address of ours names; None for any other address.

    Letter case does not matter. Compared in constant time.
    """
    local = address.strip().strip("<>").rpartition("@")[0]
    tag = local.rpartition("+")[2]
    if len(tag) != _TAG or not tag.isascii():
        return None
    try:
        octets = base64.b32decode(tag.upper())
    except binascii.Error:
        return None
    key, mac = octets[:_KEY_OCTETS], octets[_KEY_OCTETS:]
    return key.hex() if hmac.compare_digest(mac, _mac(key, secret)) else None


def _mac(key: bytes, secret: str) -> bytes:
    return tokens.mac(secret.encode(), b"return path " + key, "sha256")[:_KEY_OCTETS]
