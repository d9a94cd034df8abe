"""An issue as one readable file that an editor changes: what was composed goes out, what was changed comes back.

Moving a line moves its article: to another section, under `lead`, or under `out`. What the file does not say
differently is not kept as a change, so what comes in later still finds its place by the rules.
"""

from publisher.compose.sheet.reading import Sheet, parse
from publisher.compose.sheet.taking import Base, taken
from publisher.compose.sheet.writing import written

__all__ = ["Base", "Sheet", "parse", "taken", "written"]
