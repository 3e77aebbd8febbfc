"""Shapes at two batch sizes, and what they are for one sample."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from headroom.capture.errors import CaptureError


@dataclass(frozen=True, slots=True)
class Batches:
    """The two batch sizes that the model was run at."""

    first: int
    second: int

    def grows(self, one: Sequence[int], two: Sequence[int]) -> bool:
        """Whether a value of these shapes holds batch x something.

        Raises:
            CaptureError: it grows otherwise.
        """
        n, m = math.prod(one), math.prod(two)
        if n == m:
            return False
        if n * self.second != m * self.first:
            raise CaptureError(
                f"a value grows from {list(one)} to {list(two)} when the batch grows from {self.first} to "
                f"{self.second}: not in proportion to it"
            )
        return True

    def sample(self, one: Sequence[int], two: Sequence[int]) -> list[int]:
        """The shape without the batch; a dimension that the batch is folded into keeps what is left of it."""
        if not self.grows(one, two):
            return list(one)
        shape = []
        for index, (x, y) in enumerate(zip(one, two)):
            if x == y:
                shape.append(x)
            elif x * self.second == y * self.first:
                if index > 0 or x != self.first:
                    shape.append(x // self.first)
            else:
                raise CaptureError(f"the batch is folded into more than one dimension: {list(one)}, {list(two)}")
        return shape

    def bytes(self, one: int, two: int) -> tuple[int, int]:
        """Bytes for each sample, and bytes beside them."""
        each, rest = divmod(two - one, self.second - self.first)
        if rest or one - each * self.first < 0:
            return 0, one
        return each, one - each * self.first
