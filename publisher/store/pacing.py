"""What all senders of one database keep to together: the rules of `pace`, over two small tables.

Turns are reserved in the transaction that claims the rows, and given back in the one that gives them back; so they hold
over processes, hosts and restarts. Where no limit holds, neither table is written.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, insert, select, update

from publisher import pace
from publisher.pace import Gate, Limits, Turns
from publisher.store import dialect
from publisher.store.engine import Transaction
from publisher.store.schema import claims, paces

_REST = "rest"
"""The name of the pace whose instant says until when a mail server wants no mail of ours."""
_ALL = "all"
"""The name of the pace that holds for all issues together; an issue's own is named by its id."""


@dataclass(frozen=True, slots=True)
class Reserved:
    """What a sender may claim now: the turns, the gates they lead through, and whether messages are counted.

    There are none because a quota is used up when `is_used_up`.
    """

    turns: Turns
    gates: Mapping[str, Gate]
    counted: bool
    is_used_up: bool = False


def reserve(transaction: Transaction, issue_id: int, limits: Limits, wanted: int, now: datetime) -> Reserved:
    """Give up to `wanted` turns; nobody else gets turns until the transaction ends. `take` says how many were used."""
    own = rate_of(transaction, issue_id)
    if own is None and limits.rate is None and not limits.quotas:
        return Reserved(Turns(wanted), {}, counted=False)
    dialect.lock(transaction, "pace")
    room = _room(transaction, limits, now)
    if room == 0:
        return Reserved(Turns(0), {}, counted=True, is_used_up=True)
    gates = _gates(transaction, issue_id, limits)
    turns = pace.turns(wanted if room is None else min(wanted, room), gates.values(), now)
    return Reserved(turns, gates, counted=room is not None)


def _gates(transaction: Transaction, issue_id: int, limits: Limits) -> dict[str, Gate]:
    """Give the rates that hold for an issue: its own, and that of all issues, which a faster one of its own lifts."""
    name = str(issue_id)
    found = {row.name: row for row in transaction.execute(select(paces).where(paces.c.name.in_([_ALL, name])))}
    gates = {}
    own = found[name].rate if name in found else None
    if own is not None:
        gates[name] = Gate(own, found[name].free_at)
    if limits.rate is not None:
        gates[_ALL] = Gate(max(limits.rate, own or 0), found[_ALL].free_at if _ALL in found else None)
    return gates


def take(transaction: Transaction, reserved: Reserved, messages: int, now: datetime) -> None:
    """Note that so many of the reserved turns were taken."""
    if not messages:
        return
    for name, gate in reserved.gates.items():
        moved = {"name": name, "free_at": gate.after(messages, now)}
        transaction.execute(dialect.insert_or_replace(transaction, paces, "free_at"), moved)
    if reserved.counted:
        _count(transaction, minute_of(now), messages)


def give_back(transaction: Transaction, claimed_in: Mapping[datetime, int]) -> None:
    """Take messages off again that were claimed in some minutes and not sent."""
    if claimed_in:
        dialect.lock(transaction, "pace")
    for minute, messages in sorted(claimed_in.items()):
        fewer = claims.c.messages - messages
        transaction.execute(update(claims).where(claims.c.minute == minute).values(messages=fewer))


def minute_of(now: datetime) -> datetime:
    """Give the minute in which an instant is, by its beginning."""
    return now.replace(second=0, microsecond=0)


def _count(transaction: Transaction, minute: datetime, messages: int) -> None:
    more = update(claims).where(claims.c.minute == minute).values(messages=claims.c.messages + messages)
    if not transaction.execute(more).rowcount:
        transaction.execute(insert(claims), {"minute": minute, "messages": messages})
        forgotten = pace.Quota(0, pace.DAY).since(minute)
        transaction.execute(delete(claims).where(claims.c.minute <= forgotten))


def _room(transaction: Transaction, limits: Limits, now: datetime) -> int | None:
    """Give how many messages the quotas leave; None where there are none."""
    rooms = [room for room in rooms_of(transaction, limits, now) if room is not None]
    return min(rooms, default=None)


def rooms_of(transaction: Transaction, limits: Limits, now: datetime) -> tuple[int | None, int | None]:
    """Give how many messages the quota of the hour leaves, and that of the day; None for one that there is not."""
    rooms: dict[object, int] = {}
    for quota in limits.quotas:
        used = transaction.execute(
            select(func.coalesce(func.sum(claims.c.messages), 0)).where(claims.c.minute > quota.since(now))
        ).scalar_one()
        rooms[quota.window] = max(quota.messages - int(used), 0)
    return rooms.get(pace.HOUR), rooms.get(pace.DAY)


def resumes(transaction: Transaction, limits: Limits, now: datetime) -> datetime | None:
    """Give when mails may go on, as far as it hangs on the quotas, ours and those of a server; nothing for now."""
    instants: list[datetime | None] = []
    for quota in limits.quotas:
        query = select(claims).where(claims.c.minute > quota.since(now)).order_by(claims.c.minute)
        counts = [(row.minute, row.messages) for row in transaction.execute(query)]
        instants.append(quota.resumes(counts, now))
    last = max(filter(None, instants), default=None)
    room = min(last, limits.until) if last and limits.until else last
    rest = transaction.execute(select(paces.c.free_at).where(paces.c.name == _REST)).scalar_one_or_none()
    return max(filter(None, (room, rest if rest and rest > now else None)), default=None)


def rest(transaction: Transaction, until: datetime) -> None:
    """Let nothing go on by itself before an instant."""
    row = {"name": _REST, "free_at": until}
    transaction.execute(dialect.insert_or_replace(transaction, paces, "free_at"), row)


def end_rest(transaction: Transaction) -> None:
    """Let mails go on: somebody tries."""
    transaction.execute(delete(paces).where(paces.c.name == _REST))


def rate_of(transaction: Transaction, issue_id: int) -> float | None:
    """Give an issue's own rate, in messages a second."""
    found: float | None = transaction.execute(
        select(paces.c.rate).where(paces.c.name == str(issue_id))
    ).scalar_one_or_none()
    return found


def set_rate(transaction: Transaction, issue_id: int, rate: float | None) -> None:
    """Give an issue a rate of its own, or take it away again."""
    dialect.lock(transaction, "pace")
    if rate is None:
        transaction.execute(delete(paces).where(paces.c.name == str(issue_id)))
    else:
        row = {"name": str(issue_id), "rate": rate}
        transaction.execute(dialect.insert_or_replace(transaction, paces, "rate"), row)
