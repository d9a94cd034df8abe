"""The newsroom's domain as those see it who receive its mail: what DNS says of it, and what ought to be there.

Each check is a decision over looked-up records; `nameserver` looks them up.
"""
