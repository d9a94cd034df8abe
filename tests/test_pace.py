"""The rules of the pace: no more than the rate in any span, over all who send, and nobody waits for nothing."""

import math
import random
from datetime import UTC, datetime, timedelta
from itertools import repeat

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from publisher import pace
from publisher.pace import AHEAD, DAY, HOUR, LATE, MINUTE, Gate, Quota, Turns

NOW = datetime(2026, 11, 20, 14, 0, tzinfo=UTC)
RATES = st.floats(0.05, 5_000)
ASKED = st.lists(st.tuples(st.floats(0, 3), st.integers(1, 2_000)), min_size=1, max_size=60)


def reserved(rate: float, asked: list[tuple[float, int]], free_at: datetime | None = None) -> list[tuple[float, float]]:
    """Let senders ask one after another, so many seconds later each; when each message was asked for, and its turn."""
    now, given_out = NOW, []
    for later, wanted in asked:
        now += timedelta(seconds=later)
        gate = Gate(rate, free_at)
        turns = pace.turns(wanted, [gate], now)
        seconds = (now - NOW).total_seconds()
        given_out += [(seconds, seconds + turns.wait + number * turns.every) for number in range(turns.messages)]
        free_at = gate.after(turns.messages, now) if turns.messages else free_at
    return given_out


@given(RATES, ASKED)
def test_no_span_has_more_turns_than_the_rate_whoever_asks(rate: float, asked: list[tuple[float, int]]) -> None:
    turns = [turn for _, turn in reserved(rate, asked)]

    assert turns == sorted(turns)
    for first in range(0, len(turns), 7):
        for last in range(first, len(turns), 11):
            # Instants have microseconds, which add up over as many claims.
            assert last - first <= rate * (turns[last] - turns[first] + 1e-6 * len(asked)) + 1e-6


@given(RATES, ASKED)
def test_nobody_is_given_a_turn_that_is_far_ahead(rate: float, asked: list[tuple[float, int]]) -> None:
    for asked_at, turn in reserved(rate, asked):
        assert turn - asked_at <= AHEAD + pace.CHUNK + 1e-3


@settings(max_examples=20)
@given(st.floats(0.2, 500), st.integers(1, 5), st.randoms(use_true_random=False))
def test_senders_side_by_side_use_all_of_the_rate_and_none_goes_without(
    rate: float, senders: int, order: random.Random
) -> None:
    free_at, got = None, dict.fromkeys(range(senders), 0)
    for tick in range(100):
        now = NOW + tick * timedelta(seconds=0.1)
        for sender in order.sample(range(senders), senders):
            gate = Gate(rate, free_at)
            turns = pace.turns(math.ceil(rate * 0.1) + 1, [gate], now)
            got[sender] += turns.messages
            free_at = gate.after(turns.messages, now) if turns.messages else free_at

    assert sum(got.values()) >= rate * 10 - 1
    assert min(got.values()) > 0 or rate < 10


@given(RATES, RATES, ASKED)
def test_a_new_rate_acts_within_a_second_whatever_was_reserved(
    before: float, after: float, asked: list[tuple[float, int]]
) -> None:
    last = max((turn for _, turn in reserved(before, asked)), default=0.0)
    gate = Gate(after, NOW + timedelta(seconds=last + 1 / before))

    assert (gate.opens(NOW) - NOW).total_seconds() <= AHEAD + gate.most / after + 1e-3


def test_a_clock_set_back_holds_nobody_up() -> None:
    assert Gate(10, NOW + timedelta(hours=5)).opens(NOW) == NOW


def test_what_both_of_two_rates_leave_is_given() -> None:
    slow, fast = Gate(5, NOW + timedelta(seconds=0.3)), Gate(100, NOW + timedelta(seconds=0.1))

    turns = pace.turns(50, [slow, fast], NOW)

    assert turns == Turns(1, wait=0.3, every=0.2)


def test_a_turn_that_is_too_far_ahead_is_asked_for_again_when_it_is_near() -> None:
    turns = pace.turns(50, [Gate(0.5, NOW + timedelta(seconds=2))], NOW)

    assert turns == Turns(0, wait=2 - AHEAD)


@given(st.lists(st.tuples(st.integers(0, 90), st.integers(1, 9)), max_size=20), st.integers(1, 40))
def test_a_quota_has_room_again_at_the_instant_it_says_and_not_before(
    said: list[tuple[int, int]], messages: int
) -> None:
    counts = [(NOW - minute * MINUTE, count) for minute, count in sorted(said, reverse=True)]
    quota = Quota(messages, HOUR)

    at = quota.resumes(counts, NOW)

    if at is None:
        assert sum(count for minute, count in counts if minute > quota.since(NOW)) < messages
    else:
        assert NOW < at <= NOW + HOUR + MINUTE + LATE
        assert quota.resumes(counts, at) is None
        assert quota.resumes(counts, at - timedelta(seconds=1)) is not None


def test_a_message_counts_until_all_of_its_minute_is_out_of_the_window() -> None:
    assert Quota(1, DAY).resumes([(NOW, 1)], NOW + timedelta(seconds=59)) == NOW + DAY + MINUTE + LATE


@pytest.mark.parametrize(
    ("left", "rate", "hours", "days", "seconds"),
    [
        (100, 10.0, (), (), 10),
        (0, 0.0, (), (), 0),
        (100, 0.0, (), (), None),
        (100, 10.0, repeat(100), (), 10),
        (101, 10.0, repeat(100), (), 3600),
        (100, 10.0, (), iter([10, 20, 70]), 2 * 86_400),
        (1000, 10.0, (), iter([10, 20]), 2 * 86_400),
    ],
)
def test_the_time_that_is_left_knows_the_quotas(
    left: int, rate: float, hours: object, days: object, seconds: float | None
) -> None:
    assert pace.seconds_left(left, rate, hours, days) == seconds  # type: ignore[arg-type] # they are iterables
