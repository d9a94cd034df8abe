"""A claim costs the same whatever was sent before: it walks an index in order and stops."""

from typing import Any

from sqlalchemy import event, insert
from sqlalchemy.engine import Engine

from publisher.store import Store, Transaction, ledger
from publisher.store.schema import subscribers, subscriptions
from tests.store.cast import LEASE, NOW, SENDER, WEEKLY, issue

READERS = 20_000


def explained(transaction: Transaction, made: int) -> list[str]:
    """The plans of the statements by which a claim chooses its rows."""
    chosen: list[tuple[str, Any]] = []

    def _note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_others: Any) -> None:
        if "LIMIT" in statement:
            chosen.append((statement, parameters))

    ledger.claim(transaction, made, READERS - 50, NOW, LEASE, SENDER)
    event.listen(Engine, "before_cursor_execute", _note)
    try:
        ledger.claim(transaction, made, 60, NOW, LEASE, SENDER)
    finally:
        event.remove(Engine, "before_cursor_execute", _note)
    explain = "EXPLAIN " if transaction.dialect.name == "postgresql" else "EXPLAIN QUERY PLAN "
    plans = [transaction.exec_driver_sql(explain + statement, parameters) for statement, parameters in chosen]
    return ["\n".join(str(row[-1]) for row in plan) for plan in plans]


def test_a_claim_walks_the_index_and_sorts_nothing(store: Store) -> None:
    with store.writing() as transaction:
        same = {"name": "", "language": "en", "tags": [], "created": NOW}
        people = [
            {"id": number, "identity": f"{number}@example.org", "email": f"{number}@example.org", **same}
            for number in range(1, READERS + 1)
        ]
        transaction.execute(insert(subscribers), people)
        consent = {"newsletter": WEEKLY, "language": "en", "state": "active", "consent": "form", "consented": NOW}
        transaction.execute(insert(subscriptions), [{**consent, "subscriber_id": one["id"]} for one in people])
    made = issue(store)

    with store.writing() as transaction:
        assert ledger.open_issue(transaction, made, WEEKLY, "en", NOW) == READERS
        plans = explained(transaction, made)

    assert len(plans) == 2
    for plan in plans:
        assert ("CTE chosen" in plan) == ("Update" in plan), "chosen once on PostgreSQL"
        assert "ix_deliveries_issue_id_state_next_try_id" in plan
        assert "TEMP B-TREE" not in plan
        assert "Seq Scan on deliveries" not in plan
        assert "next_try" not in "".join(line for line in plan.splitlines() if "Sort Key" in line)
