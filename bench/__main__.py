"""Runs every measurement at a small size and prints a line for each."""

from bench import collecting, mails, polling

MEASURES = (mails.measure, collecting.measure, polling.measure)

for measure in MEASURES:
    print(measure())
