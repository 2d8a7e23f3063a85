"""Money: amounts in the smallest unit of a currency, and prices of impressions in thousandths of it.

Prices are for a thousand impressions, so one costs as many thousandths of a unit as a thousand cost units: an
integer, with nothing to round and nothing left over. 10**15 units, which is the most an amount of the contract may be,
are 10**18 thousandths, and fit 64 bits.
"""

from typing import NamedTuple

THOUSANDTHS = 1_000
"""Of the smallest unit of a currency; and the impressions a price is for."""


class Money(NamedTuple):
    """An amount in the currency's smallest unit."""

    currency: str
    minor_units: int


def thousandths(minor_units: int) -> int:
    """An amount as prices of single impressions are counted."""
    return minor_units * THOUSANDTHS


def whole_units(amount: int) -> int:
    """The units that an amount in thousandths is full of."""
    return amount // THOUSANDTHS
