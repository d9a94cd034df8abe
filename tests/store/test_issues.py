"""Issues: one for each newsletter, language and period; written again only while it is a draft."""

from collections.abc import Sequence
from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import text

from publisher.model import (
    ARCHIVE,
    CORRECTIONS,
    DeliveryState,
    Finding,
    Issue,
    IssueState,
    Period,
    Placement,
    Reason,
    Reply,
    StoredArticle,
)
from publisher.store import Store, Transaction, articles, issues, ledger, selection
from tests.store.cast import NOW, VARIANT, WEEKLY, article, keep, subscribe, together, week

START = NOW - timedelta(days=4)
W47 = Period("2026-W47", START, START + timedelta(weeks=1))
W48 = Period("2026-W48", START + timedelta(weeks=1), START + timedelta(weeks=2))
W46 = Period("2026-W46", START - timedelta(weeks=1), START)


def put(
    store: Store, period: Period = W47, number: int = 1, title: str = "The week", places: tuple[Placement, ...] = ()
) -> int:
    with store.writing() as transaction:
        return issues.put(transaction, WEEKLY, "en", period, number, title, places, VARIANT, NOW)


def move(store: Store, issue: int, *states: IssueState, to: IssueState) -> bool:
    with store.writing() as transaction:
        return issues.move(transaction, issue, states, to, NOW)


def known(transaction: Transaction, issue: int) -> Issue:
    found = issues.get(transaction, issue)
    assert found is not None
    return found


def two(store: Store) -> list[StoredArticle]:
    keep(store, article("first"), article("second"))
    with store.reading() as transaction:
        return articles.newest(transaction, NOW, 2)[::-1]


def test_an_issue_is_found_by_its_id_and_by_its_period(store: Store) -> None:
    made = put(store)

    with store.reading() as transaction:
        issue = issues.get(transaction, made)
        assert issue is not None
        assert issue == issues.find(transaction, WEEKLY, "en", "2026-W47")
        assert issues.get(transaction, made + 1) is None
        assert issues.find(transaction, WEEKLY, "es", "2026-W47") is None
    assert (issue.period, issue.number, issue.state, issue.variant) == (W47, 1, IssueState.DRAFT, VARIANT)
    assert (issue.composed, issue.approved, issue.sent) == (NOW, None, None)


def test_composing_again_writes_the_same_draft(store: Store) -> None:
    first, second = two(store)
    made = put(store, places=(Placement(first, "news", 0, Reason.LEAD),))

    again = put(store, title="Better", places=(Placement(second, "news", 0, Reason.MATCHED),))

    assert again == made
    with store.reading() as transaction:
        (issue,) = issues.listed(transaction, 100)
        assert issue.title == "Better"
        assert issues.placements(transaction, made) == [Placement(second, "news", 0, Reason.MATCHED)]


@pytest.mark.parametrize("state", [state for state in IssueState if state not in issues.OPEN])
def test_an_issue_that_is_not_open_any_more_is_left_as_it_is(store: Store, state: IssueState) -> None:
    first, second = two(store)
    made = put(store, places=(Placement(first, "news", 0, Reason.LEAD),))
    move(store, made, IssueState.DRAFT, to=state)

    assert put(store, title="Other", places=(Placement(second, None, 0, Reason.NO_SECTION),)) == made

    with store.reading() as transaction:
        assert [issue.title for issue in issues.listed(transaction, 100)] == ["The week"]
        assert [place.article for place in issues.placements(transaction, made)] == [first]
        assert issues.state(transaction, made) is state


def test_placements_stand_in_the_order_of_the_issue_and_those_left_out_at_the_end(store: Store) -> None:
    first, second = two(store)
    places = (Placement(first, None, 0, Reason.NO_SECTION), Placement(second, "news", 1, Reason.MATCHED))

    made = put(store, places=places)

    with store.reading() as transaction:
        assert issues.placements(transaction, made) == [places[1], places[0]]


def test_carried_are_the_articles_of_other_periods_that_were_not_cancelled(store: Store) -> None:
    first, second = two(store)
    places = (Placement(first, "news", 0, Reason.LEAD), Placement(second, None, 0, Reason.NO_SECTION))
    made = put(store, W46, places=places)

    def _carried(but_not: Period, language: str = "en") -> frozenset[int]:
        with store.reading() as transaction:
            return selection.done(transaction, WEEKLY, language, but_not).carried

    assert _carried(W47) == {first.id}
    assert _carried(W46) == _carried(W47, "es") == frozenset()
    move(store, made, IssueState.DRAFT, to=IssueState.CANCELLED)
    assert _carried(W47) == frozenset()


def test_what_a_cancelled_issue_would_have_carried_waits_unless_another_carries_it(store: Store) -> None:
    first, second = two(store)
    cancelled = put(
        store, W46, places=(Placement(first, "news", 0, Reason.LEAD), Placement(second, None, 1, Reason.WAITS))
    )
    move(store, cancelled, IssueState.DRAFT, to=IssueState.CANCELLED)

    def _waiting(but_not: Period) -> frozenset[int]:
        with store.reading() as transaction:
            return selection.done(transaction, WEEKLY, "en", but_not).waiting

    assert _waiting(W48) == {first.id, second.id}
    assert _waiting(W46) == frozenset()
    put(store, W47, number=2, places=(Placement(first, "news", 0, Reason.LEAD),))
    assert _waiting(W48) == {second.id}


def test_a_cancelled_issue_that_went_to_somebody_has_carried(store: Store) -> None:
    first, _ = two(store)
    sent = put(store, W46, places=(Placement(first, "news", 0, Reason.LEAD),))
    subscribe(store, "ana@example.org")
    with store.writing() as transaction:
        ledger.open_issue(transaction, sent, WEEKLY, "en", NOW)
        (row,) = ledger.claim(transaction, sent, 10, NOW, 60, "a sender")
        ledger.settle(transaction, [(row, Reply(DeliveryState.SENT, 250))], NOW, 36)
        issues.move(transaction, sent, [IssueState.DRAFT], IssueState.CANCELLED, NOW)

    with store.reading() as transaction:
        done = selection.done(transaction, WEEKLY, "en", W47)
    assert done.carried == {first.id}
    assert done.waiting == frozenset()


def test_what_the_archive_or_a_correction_added_is_carried_by_none_but_known_to_stand_later(store: Store) -> None:
    first, second = two(store)
    places = (Placement(first, ARCHIVE, 0, Reason.ARCHIVE), Placement(second, CORRECTIONS, 1, Reason.CORRECTION))
    put(store, W47, places=places)

    with store.reading() as transaction:
        before, after = (selection.done(transaction, WEEKLY, "en", week) for week in (W46, W48))
    assert before.carried == after.carried == after.later == frozenset()
    assert before.later == {first.id, second.id}


def test_the_previous_issue_is_the_newest_before_that_was_not_cancelled(store: Store) -> None:
    old = put(store, Period("2026-W45", START - timedelta(weeks=2), START - timedelta(weeks=1)))
    newer = put(store, W46, number=2)
    put(store, W47, number=3)

    def _previous() -> int:
        with store.reading() as transaction:
            found = issues.previous(transaction, WEEKLY, "en", W47.start)
        assert found is not None
        return found.id

    assert _previous() == newer
    move(store, newer, IssueState.DRAFT, to=IssueState.CANCELLED)
    assert _previous() == old
    with store.reading() as transaction:
        assert issues.previous(transaction, WEEKLY, "en", START - timedelta(weeks=9)) is None


def test_findings_come_back_with_what_they_name_and_those_of_an_earlier_release_as_they_were(store: Store) -> None:
    named: dict[str, str | int | Sequence[str]] = {
        "titles": ["Port audit", "Ghost fleet"],
        "count": 2,
        "language": "es",
    }
    told = Finding("translation", "2 articles lack one", kind="translation: many missing", values=named)
    issue = put(store)
    with store.writing() as transaction:
        issues.find_out(transaction, issue, [told])
        (kept,) = known(transaction, issue).findings
        old = '[{"check": "links", "words": "one is gone; mend it", "is_grave": true}]'
        transaction.execute(text("UPDATE issues SET findings = :old"), {"old": old})
        (earlier,) = known(transaction, issue).findings

    assert (kept, kept.kind, kept.values) == (told, told.kind, named)
    assert earlier == Finding("links", "one is gone; mend it", is_grave=True)


def test_issues_are_listed_the_newest_first_and_found_by_state(store: Store) -> None:
    older, newer = put(store, W46), put(store, W47, number=2)
    move(store, older, IssueState.DRAFT, to=IssueState.APPROVED)

    with store.reading() as transaction:
        assert [issue.id for issue in issues.listed(transaction, 100)] == [newer, older]
        assert [issue.id for issue in issues.due(transaction, [IssueState.APPROVED])] == [older]
        assert issues.due(transaction, []) == []


def test_an_issue_moves_only_from_the_states_named(store: Store) -> None:
    made = put(store)

    assert not move(store, made, IssueState.APPROVED, to=IssueState.SENDING)
    assert move(store, made, IssueState.DRAFT, IssueState.HELD, to=IssueState.APPROVED)
    assert not move(store, made, IssueState.DRAFT, to=IssueState.APPROVED)
    assert move(store, made, IssueState.APPROVED, to=IssueState.SENT)
    assert not move(store, made + 1, IssueState.DRAFT, to=IssueState.APPROVED)

    with store.reading() as transaction:
        issue = issues.get(transaction, made)
    assert issue is not None
    assert (issue.approved, issue.sent) == (NOW, NOW)


def test_numbers_count_the_issues_of_a_newsletter_and_language(store: Store) -> None:
    with store.writing() as transaction:
        assert issues.next_number(transaction, WEEKLY, "en") == 1
    put(store, number=7)
    with store.writing() as transaction:
        assert issues.next_number(transaction, WEEKLY, "en") == 8
        assert issues.next_number(transaction, WEEKLY, "es") == 1


def _compose(store: Store, period: Period, title: str = "The week") -> int:
    with store.writing() as transaction:
        known = issues.find(transaction, WEEKLY, "en", period.name)
        number = known.number if known else issues.next_number(transaction, WEEKLY, "en")
        return issues.put(transaction, WEEKLY, "en", period, number, f"{title}, no. {number}", (), VARIANT, NOW)


def test_a_period_composed_by_many_hands_at_once_is_one_issue_with_one_number(store: Store) -> None:
    made = together(*[partial(_compose, store, W47)] * 8)

    with store.reading() as transaction:
        (issue,) = issues.listed(transaction, 100)
    assert set(made) == {issue.id}
    assert (issue.number, issue.title) == (1, "The week, no. 1")


def test_periods_composed_at_once_have_different_numbers(store: Store) -> None:
    together(*(partial(_compose, store, week()) for _ in range(8)))

    with store.reading() as transaction:
        assert sorted(issue.number for issue in issues.listed(transaction, 100)) == list(range(1, 9))


def test_an_issue_is_approved_by_one_of_many_hands(store: Store) -> None:
    made = put(store)

    moved = together(*[partial(move, store, made, IssueState.DRAFT, to=IssueState.APPROVED)] * 8)

    assert sorted(moved) == [False] * 7 + [True]


def test_what_is_composed_as_it_is_approved_never_changes_afterwards(store: Store) -> None:
    made = put(store)

    together(
        partial(_compose, store, W47, "Late"),
        partial(move, store, made, IssueState.DRAFT, to=IssueState.APPROVED),
        partial(_compose, store, W47, "Later"),
    )
    with store.reading() as transaction:
        approved = issues.get(transaction, made)
    _compose(store, W47, "Too late")

    with store.reading() as transaction:
        assert issues.get(transaction, made) == approved
        assert transaction.execute(text("SELECT count(*) FROM issues")).scalar() == 1
