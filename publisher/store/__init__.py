"""Every line of SQL: the schema, one file per aggregate, and the migrations, over SQLite or PostgreSQL.

A function is a question or a change, named for it, and takes the transaction it belongs to first:
`with store.writing() as transaction: articles.keep(transaction, …)`.
"""

from publisher.store.engine import Store, Transaction, is_made, open_store, upgrade

__all__ = ["Store", "Transaction", "is_made", "open_store", "upgrade"]
