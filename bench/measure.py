"""Times two ways of doing the same thing in turn, so that a machine that slows down slows both."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median

ROUNDS = 5


@dataclass(frozen=True, slots=True)
class Ratio:
    """What was measured: seconds of CPU for one piece, ours and the rival's, as medians of the rounds."""

    what: str
    rival: str
    ours_seconds: float
    rival_seconds: float

    def __str__(self) -> str:
        faster = self.rival_seconds / self.ours_seconds
        said = f"{faster:.1f} times as fast" if faster >= 1 else f"{1 / faster:.1f} times its time"
        return (
            f"{self.what}: {self.ours_seconds * 1000:.3f} ms, {self.rival}: {self.rival_seconds * 1000:.3f} ms, {said}"
        )


def compare(
    what: str, ours: Callable[[], object], rival_name: str, rival: Callable[[], object], pieces: int = 1
) -> Ratio:
    """Run both in turn; each call does `pieces` pieces."""
    times: dict[Callable[[], object], list[float]] = {ours: [], rival: []}
    for _ in range(ROUNDS):
        for way, taken in times.items():
            began = time.process_time()
            way()
            taken.append((time.process_time() - began) / pieces)
    return Ratio(what, rival_name, median(times[ours]), median(times[rival]))
