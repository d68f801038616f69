"""Money: integer cents and a currency; one rounding, half up."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Money:
    """An amount of integer cents in one currency; sums of two currencies raise ValueError."""

    amount: int
    currency: str

    def __add__(self, other: Money) -> Money:
        return Money(self.amount + self._same(other), self.currency)

    def __sub__(self, other: Money) -> Money:
        return Money(self.amount - self._same(other), self.currency)

    def __mul__(self, count: int) -> Money:
        return Money(self.amount * count, self.currency)

    def __bool__(self) -> bool:
        return self.amount != 0

    def portion(self, part: int, whole: int) -> Money:
        """`part / whole` of a non-negative amount to the nearest cent, half a cent up (D4)."""
        if whole <= 0 or not 0 <= part <= whole or self.amount < 0:
            msg = f"no portion {part}/{whole} of {self.amount}"
            raise ValueError(msg)
        return Money((2 * self.amount * part + whole) // (2 * whole), self.currency)

    @property
    def zero(self) -> Money:
        """Nothing, in the same currency."""
        return Money(0, self.currency)

    def _same(self, other: Money) -> int:
        if other.currency != self.currency:
            msg = f"{self.currency} and {other.currency} do not add up"
            raise ValueError(msg)
        return other.amount
