"""Runs every measurement at a small size and prints a line for each."""

from bench import mails

MEASURES = (mails.measure,)

for measure in MEASURES:
    print(measure())
