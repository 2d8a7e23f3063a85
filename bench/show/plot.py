"""A small chart made of characters."""

from collections.abc import Sequence

import plotext

HEIGHT = 9


def plot(title: str, values: Sequence[float], step: float, width: int) -> str:
    """Return `values`, `step` seconds apart, as lines of text; the axis begins at zero."""
    figure = plotext.figure
    figure.clear()
    figure.theme("colorless")
    figure.plot_size(max(width, 20), HEIGHT)
    figure.title(title)
    if values:
        signal = figure.signal([0.0, *(step * at for at in range(1, len(values) + 1))], [0.0, *values])
        signal.lines()
        figure.draw(signal)
    return str(figure.build())
