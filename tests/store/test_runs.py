"""Runs: what is due for a period is done by one of all who ask, and made up when that one died."""

from datetime import datetime, timedelta
from functools import partial
from itertools import count
from typing import Any

import pytest

from publisher.errors import FarEndError
from publisher.store import Store, runs
from tests.store.cast import NOW, together

TASK, PERIOD = "issue the-organization", "2026-W47"
STEP = timedelta(seconds=40)


def claim(store: Store, now: datetime = NOW, period: str = PERIOD) -> bool:
    with store.writing() as transaction:
        return runs.claim(transaction, TASK, period, now)


def finish(store: Store, now: datetime = NOW, outcome: str = "done") -> None:
    with store.writing() as transaction:
        runs.finish(transaction, TASK, PERIOD, now, outcome)


def newest(store: Store, task: str = TASK) -> runs.Run | None:
    with store.reading() as transaction:
        return runs.newest(transaction, task)


def test_a_run_belongs_to_the_first_who_asks(store: Store) -> None:
    assert claim(store)
    assert not claim(store)
    assert claim(store, period="2026-W48")


def test_a_run_belongs_to_one_of_many_who_ask_at_once(store: Store) -> None:
    assert sorted(together(*[partial(claim, store)] * 8)) == [False] * 7 + [True]


def test_a_run_whose_process_died_is_taken_over_by_one(store: Store) -> None:
    claim(store)

    late = NOW + runs.STALE
    assert not claim(store, late - timedelta(seconds=1))
    assert sorted(together(*[partial(claim, store, late)] * 8)) == [False] * 7 + [True]
    assert newest(store) == runs.Run(TASK, PERIOD, late, None, None)


def test_a_run_that_is_renewed_is_not_taken_over(store: Store) -> None:
    claim(store)
    for number in range(1, 4):
        with store.writing() as transaction:
            assert runs.renew(transaction, TASK, PERIOD, NOW + (number - 1) * STEP, NOW + number * STEP)
        assert not claim(store, NOW + number * STEP + STEP)

    assert claim(store, NOW + 3 * STEP + runs.STALE)


def test_a_run_that_was_taken_over_is_not_renewed_by_the_one_before(store: Store) -> None:
    claim(store)
    claim(store, NOW + runs.STALE)

    with store.writing() as transaction:
        assert not runs.renew(transaction, TASK, PERIOD, NOW, NOW + runs.STALE + STEP)
        assert runs.renew(transaction, TASK, PERIOD, NOW + runs.STALE, NOW + runs.STALE + STEP)


def test_a_run_is_renewed_as_long_as_it_is_held_however_slow(store: Store) -> None:
    clock = (NOW + number * STEP for number in count())
    with runs.held(store, TASK, PERIOD, partial(next, clock), renew_seconds=0.01) as mine:
        assert mine
        seen: set[datetime] = set()
        while len(seen) < 4:
            seen |= {run.started for run in [newest(store)] if run}
        with runs.held(store, TASK, PERIOD, lambda: max(seen)) as others:
            assert not others

    over = newest(store)
    assert over is not None
    assert not claim(store, over.started + STEP)
    assert claim(store, over.started + runs.STALE)


def test_a_held_run_outlives_a_database_that_is_away(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    away = iter([True, True, False])
    renew = runs.renew

    def _renew(*asked: Any) -> bool:
        if next(away, False):
            raise FarEndError("database went away; try again later")
        return renew(*asked)

    monkeypatch.setattr(runs, "renew", _renew)
    clock = (NOW + number * STEP for number in count())
    with runs.held(store, TASK, PERIOD, partial(next, clock), renew_seconds=0.01):
        while (run := newest(store)) is None or run.started == NOW:
            pass


def test_the_run_at_work_is_neither_finished_nor_stale(store: Store) -> None:
    claim(store, period="2026-W46")
    claim(store, NOW + STEP)
    finish(store, NOW + STEP)

    with store.reading() as transaction:
        found = runs.at_work(transaction, TASK, NOW + STEP)
        assert runs.at_work(transaction, TASK, NOW + runs.STALE) is None
        assert runs.at_work(transaction, "collect", NOW) is None
    assert found == runs.Run(TASK, "2026-W46", NOW, None, None)


def test_a_finished_run_is_never_taken_over(store: Store) -> None:
    claim(store)
    finish(store, NOW + timedelta(minutes=1))

    assert not claim(store, NOW + timedelta(days=365))
    assert newest(store) == runs.Run(TASK, PERIOD, NOW, NOW + timedelta(minutes=1), "done")


def test_a_run_given_back_is_free_at_once_and_a_finished_one_is_not(store: Store) -> None:
    claim(store)
    for expected in (True, False):
        with store.writing() as transaction:
            runs.release(transaction, TASK, PERIOD)
        assert claim(store) is expected
        finish(store)


def test_an_outcome_with_any_character_is_kept(store: Store) -> None:
    claim(store)
    finish(store, outcome='source "a\x00b": ✗')

    run = newest(store)
    assert run is not None
    assert run.outcome == 'source "ab": ✗'


def test_the_newest_run_is_the_one_that_started_last(store: Store) -> None:
    assert newest(store) is None
    claim(store, NOW, "2026-W48")
    claim(store, NOW - timedelta(days=1), "2026-W49")

    run = newest(store)
    assert run is not None
    assert run.period == "2026-W48"
    assert newest(store, "collect") is None


def test_old_runs_are_forgotten_and_those_of_other_tasks_kept(store: Store) -> None:
    claim(store, NOW - timedelta(days=40), "2026-W41")
    claim(store, NOW, "2026-W47")
    with store.writing() as transaction:
        runs.claim(transaction, "collect", "2026-W41", NOW - timedelta(days=40))

        runs.forget(transaction, TASK, NOW - timedelta(days=30))

        assert runs.claim(transaction, TASK, "2026-W41", NOW)
        assert not runs.claim(transaction, TASK, "2026-W47", NOW)
        assert not runs.claim(transaction, "collect", "2026-W41", NOW - timedelta(days=40))
