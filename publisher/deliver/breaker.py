"""Tells a server that refuses us from one that refuses some recipients, by what it says to several in a row.

A refusal counts as its recipient's own once the server has taken a message, or refused another for another reason.
Until then it is held back, and a run of refusals alike ends the sending with nobody blamed. The same holds for
messages that are put off before their recipients are looked at. What was taken is never held back.
"""

from publisher.deliver import replies
from publisher.deliver.protocols import NotNow
from publisher.errors import FarEndError
from publisher.model import Delivery, DeliveryState, Reply

REFUSED_IN_A_ROW = 20
REFUSED_OF_ALL = 3
"""So many refused alike are enough when they are all there were, and nothing of the issue was ever taken."""
PUT_OFF_IN_A_ROW = 3
UNANSWERED_IN_A_ROW = 2
"""More than one for each connection: a server that is stopped breaks all of them."""

Result = tuple[Delivery, Reply]
_UNASKED = (DeliveryState.SUPPRESSED, DeliveryState.FAILED, DeliveryState.DEFERRED)


class Breaker:
    """What one run of an issue has heard in a row from one far end. One that refused us gets a single try at a time
    until it takes a message.

    `has_taken` tells that the server took mail of this issue in an earlier run. With `believes` every refusal is
    its recipient's own: a person looked at them.
    """

    def __init__(self, *, connections: int = 1, has_taken: bool = False, believes: bool = False) -> None:
        self._tells_apart = has_taken or believes
        self._believes = believes
        self._most_unanswered = connections + UNANSWERED_IN_A_ROW
        self._refused: list[Result] = []
        self._put_off: list[Result] = []
        self._unanswered: list[Delivery] = []
        self._later: NotNow | None = None
        self._has_taken = False
        self._why: FarEndError | None = None

    @property
    def held(self) -> list[Delivery]:
        """The rows whose replies are held back; their messages were certainly not taken."""
        return [delivery for delivery, _ in (*self._refused, *self._put_off)]

    @property
    def is_doubted(self) -> bool:
        """Whether it refused some and took nothing in this run, so that another far end may yet take those."""
        return bool(self._refused) and not self._has_taken

    @property
    def is_tripped(self) -> bool:
        """Whether it refused us, and took nothing since."""
        return self._why is not None

    def trip(self) -> None:
        """Take its refusals for refusals of us, until it takes a message."""
        self._why = self._refusal()

    def give_back(self) -> list[Delivery]:
        """Give the rows whose replies are held back, and forget those."""
        held = self.held
        self._refused.clear()
        self._put_off.clear()
        return held

    def put_off(self, delivery: Delivery, error: NotNow) -> None:
        """Hear that a message was put off; its reply is held back."""
        self._put_off.append((delivery, error.reply))
        self._later = error

    def hear(self, delivery: Delivery, reply: Reply) -> list[Result]:
        """Hear a reply and give those that are to be settled now; it may be held back itself."""
        if _is_our_own(reply):
            return [(delivery, reply)]
        ready = self._taken_from(self._put_off)
        self._unanswered = [*self._unanswered, delivery] if reply.state is DeliveryState.UNCERTAIN else []
        if reply.state is DeliveryState.SENT:
            self._tells_apart = self._has_taken = True
            self._why = None
            return [(delivery, reply), *ready, *self._taken_from(self._refused)]
        if self._believes or reply.state is not DeliveryState.FAILED:
            return [(delivery, reply), *ready]
        if self._refused and _kind(self._refused[0][1]) != _kind(reply):
            self._tells_apart = True
            ready += self._taken_from(self._refused)
        self._refused.append((delivery, reply))
        return ready

    def check(self) -> None:
        """Ask, once what was to be settled is, whether to go on.

        Raises:
            FarEndError: permanent when the server seems to refuse us, not so when it takes nothing now.
        """
        error = self._why if self._why and self.held else self._found()
        if error:
            self._why = error
            raise error

    def _found(self) -> FarEndError | None:
        if len(self._refused) >= REFUSED_IN_A_ROW:
            return self._refusal()
        if len(self._put_off) >= PUT_OFF_IN_A_ROW:
            return self._later
        if len(self._unanswered) >= self._most_unanswered:
            issue = self._unanswered[-1].issue
            return FarEndError(
                f"the mail server broke {len(self._unanswered)} connections in a row without saying whether it took "
                "the message; those are uncertain, and nobody else was skipped; "
                f"`issue reconcile {issue} --mail-log FILE` settles what its log knows, then `issue resume {issue}`",
                permanent=True,
            )
        return None

    def end(self) -> list[Result]:
        """Hear that nobody is left, and give what is to be settled.

        Raises:
            FarEndError: when all that were tried were refused alike.
        """
        if not self._tells_apart and len(self._refused) >= REFUSED_OF_ALL:
            raise self._refusal()
        return [*self._taken_from(self._refused), *self._taken_from(self._put_off)]

    def _refusal(self) -> FarEndError:
        delivery, reply = self._refused[-1]
        told = replies.said(reply.code, reply.enhanced, reply.words)
        return FarEndError(
            f"the mail server refused {len(self._refused)} recipients in a row alike ({told}), as if it refused us; "
            f"nobody was skipped; mend it and `issue resume {delivery.issue}`, or if they are right to be refused, "
            f"`issue send {delivery.issue} --believe-refusals`",
            permanent=True,
        )

    @staticmethod
    def _taken_from(held: list[Result]) -> list[Result]:
        taken = held.copy()
        held.clear()
        return taken


def _is_our_own(reply: Reply) -> bool:
    """Tell whether the server was not asked: somebody left, or it takes no such address, or nobody does."""
    return reply.code is None and reply.state in _UNASKED


def _kind(reply: Reply) -> str:
    """Give class and subject of a refusal (RFC 3463), as `5.7`; its code when there is no more."""
    return reply.enhanced.rpartition(".")[0] or str(reply.code)
