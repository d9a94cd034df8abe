"""Runs every measurement at a small size and prints a line for each."""

from bench import collecting, composing, mails, polling, sending, signing

MEASURES = (
    mails.measure,
    signing.measure,
    signing.measure_both,
    signing.measure_small,
    sending.measure,
    composing.measure,
    composing.measure_fill,
    collecting.measure,
    polling.measure,
)

for measure in MEASURES:
    print(measure())
