"""Runs every measurement at a small size and prints a line for each."""

from bench import collecting, composing, mails, polling, signing

MEASURES = (
    mails.measure,
    signing.measure,
    signing.measure_both,
    composing.measure,
    composing.measure_fill,
    collecting.measure,
    polling.measure,
)

for measure in MEASURES:
    print(measure())
