"""Signed tokens for the links of a mail: whoever holds one may do the one thing it names, nothing else."""

from itsdangerous import BadData, URLSafeSerializer


def leave_token(subscriber: int, newsletter: str, secret: str) -> str:
    """Sign the right to end one subscription; it does not expire (RFC 8058: it works while the row exists)."""
    return str(_serializer(secret).dumps([subscriber, newsletter]))


def read_leave_token(token: str, secret: str) -> tuple[int, str] | None:
    """Read a token of `leave_token` back, compared in constant time; None for anything else."""
    try:
        subscriber, newsletter = _serializer(secret).loads(token)
    except (BadData, ValueError, TypeError):
        return None
    return int(subscriber), str(newsletter)


def _serializer(secret: str) -> URLSafeSerializer:
    return URLSafeSerializer(secret, salt="leave")
