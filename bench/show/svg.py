"""Line charts as SVG, without a library."""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from html import escape

WIDTH, HEIGHT = 640, 240
_LEFT, _RIGHT, _TOP, _BOTTOM = 64, 12, 26, 34
_COLOURS = ("#2563eb", "#dc2626", "#059669", "#d97706")

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Series:
    """One line."""

    name: str
    points: Sequence[Point]


@dataclass(frozen=True, slots=True)
class Ticks:
    """Where an axis is labelled."""

    at: Sequence[float]
    label: Callable[[float], str]


def chart(title: str, series: Sequence[Series], x: Ticks, y: Ticks) -> str:
    """Return an <svg>; the ticks are the ends of the axes too."""
    return (
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(title)}">'
        f'<text class="title" x="{_LEFT}" y="16">{escape(title)}</text>'
        + "".join(_grid(x, y))
        + "".join(_lines(series, x, y))
        + "</svg>"
    )


def linear(highest: float, label: Callable[[float], str], steps: int = 4) -> Ticks:
    """Return round ticks from zero to at least `highest`."""
    raw = max(highest, 1e-9) / steps
    magnitude = 10 ** math.floor(math.log10(raw))
    step = next(magnitude * factor for factor in (1, 2, 2.5, 5, 10) if magnitude * factor >= raw)
    return Ticks([step * at for at in range(steps + 1)], label)


def _grid(x: Ticks, y: Ticks) -> Iterator[str]:
    for value in y.at:
        at = _y(value, y)
        yield f'<line class="grid" x1="{_LEFT}" x2="{WIDTH - _RIGHT}" y1="{at:.1f}" y2="{at:.1f}"/>'
        yield f'<text class="tick" text-anchor="end" x="{_LEFT - 6}" y="{at + 4:.1f}">{escape(y.label(value))}</text>'
    for value in x.at:
        at, foot = _x(value, x), HEIGHT - _BOTTOM
        yield f'<line class="grid" x1="{at:.1f}" x2="{at:.1f}" y1="{_TOP}" y2="{foot}"/>'
        yield f'<text class="tick" text-anchor="middle" x="{at:.1f}" y="{foot + 16}">{escape(x.label(value))}</text>'


def _lines(series: Sequence[Series], x: Ticks, y: Ticks) -> Iterator[str]:
    for number, line in enumerate(series):
        colour = _COLOURS[number % len(_COLOURS)]
        points = " ".join(f"{_x(px, x):.1f},{_y(py, y):.1f}" for px, py in line.points)
        yield f'<polyline fill="none" stroke="{colour}" stroke-width="1.5" points="{points}"/>'
        left = WIDTH - _RIGHT - 110 * (len(series) - number)
        yield f'<text fill="{colour}" x="{left}" y="16">{escape(line.name)}</text>'


def _x(value: float, ticks: Ticks) -> float:
    return _LEFT + _share(value, ticks) * (WIDTH - _LEFT - _RIGHT)


def _y(value: float, ticks: Ticks) -> float:
    return HEIGHT - _BOTTOM - _share(value, ticks) * (HEIGHT - _TOP - _BOTTOM)


def _share(value: float, ticks: Ticks) -> float:
    low, high = ticks.at[0], ticks.at[-1]
    return min(max((value - low) / ((high - low) or 1.0), 0.0), 1.0)
