"""What a mail server's log, or a relay's events, tell of mails of ours: which were taken, and which were given up.

`files` reads lines in bounded memory, `times` when each was written, `postfix`, `exim`, `opensmtpd` and `records`
what it tells (`fact`), `events` the same of hosted relays; `trail` ties the lines together, and what they tell to
deliveries.
"""
