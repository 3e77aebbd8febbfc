"""Rows of findings, one CSV a step: what was compared, both figures, and whether they agree."""

import csv

# The exit status of a step that found a difference. Python's own 1 is that of a step that broke off.
DIFFERS = 3

COLUMNS = ("step", "what", "ours", "theirs", "unit", "verdict", "note")


class Findings:
    """Writes findings to a CSV file and to standard output as they come.

    A row with both figures gets a verdict, `agrees` or `DIFFERS`; one that only records a figure
    has none.
    """

    def __init__(self, step, path):
        self.step = step
        self.differs = 0
        self._file = open(path, "w", newline="", encoding="utf-8")
        self._rows = csv.writer(self._file)
        self._rows.writerow(COLUMNS)

    def compare(self, what, ours, theirs, unit, apart=0, note=""):
        """Compares two figures that may be `apart` from each other."""
        agrees = abs(ours - theirs) <= apart
        self.differs += not agrees
        self._row(what, ours, theirs, unit, "agrees" if agrees else "DIFFERS", note)

    def record(self, what, figure, unit, note=""):
        """Keeps a figure that nothing is compared with."""
        self._row(what, figure, "", unit, "", note)

    def _row(self, *row):
        self._rows.writerow((self.step, *row))
        self._file.flush()
        print("  ".join(str(cell) for cell in row if cell != ""), flush=True)

    def close(self):
        self._file.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()
