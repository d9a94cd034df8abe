"""The slow proofs of the suite at their full size; the suite itself makes them smaller.

python -m bench.proofs
"""

import os
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PROOFS = {
    "WEEKS": ("60", "tests/system/test_sixty_weeks.py"),
    "LENGTH": (
        "100000",
        "tests/collect/test_worst.py",
        "tests/collect/test_worst_feeds.py",
        "tests/collect/test_worst_kinds.py",
    ),
}
"""The size of each, and the files that go by it."""


def prove() -> int:
    """Run them, and give the exit code of the tests."""
    os.environ.update({name: size for name, (size, *_) in PROOFS.items()})
    return pytest.main(["-v", "-n", "2", *(str(ROOT / file) for _, *files in PROOFS.values() for file in files)])


if __name__ == "__main__":
    sys.exit(prove())
