"""What became of a mail on its way: it is found in the mailbox it was sent to, and compared with what was sent."""
