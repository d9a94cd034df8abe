"""Every failure a person can be told about: one root, and a type for each answer to "whose turn is it?".

The text of an error is one sentence: what failed, at which thing, why, and what to do next; lower-case,
no full stop. The cause is chained with `from`. A bug is not one of these and keeps its traceback.
"""


class PublisherError(Exception):
    """Something failed that a person, or a later try, can mend.

    `permanent` is False when the same call may succeed later without anybody changing anything.
    """

    permanent = True


class ConfigError(PublisherError):
    """The config says something that cannot be meant."""


class UsageError(PublisherError):
    """A command was given something it cannot work with: an unknown issue, a file that is no CSV."""


class NotAllowed(PublisherError):
    """The thing exists, but its state or the license forbids what was asked."""


class FarEndError(PublisherError):
    """Somebody else's machine failed: a site, a mail server, a database server.

    Tried again later when `permanent` is False.
    """

    def __init__(self, message: str, *, permanent: bool = False) -> None:
        super().__init__(message)
        self.permanent = permanent


class UnreadableInput(PublisherError):
    """What came from outside is not what it claims to be: a feed that is no feed, an answer that is no JSON."""
