"""A flame graph as SVG, without a script: who is under whom, as wide as it is often."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import escape

from bench.show.stacks import Frame, Stack

WIDTH, _ROW, _TOP = 1200, 16, 44
LEAST = 0.004
"""Frames below this share of all samples are left out, with all above them: nobody can see them."""
_LETTER = 6.2
_COLOURS = {
    "mesh/wire": "#93c5fd",
    "mesh/rpc": "#a5b4fc",
    "mesh/": "#c4b5fd",
    "svc_": "#fdba74",
    "edge/": "#fca5a5",
}
_OTHERS = "#d6d3d1"
_LEGEND = {"transport": "mesh/wire", "pipeline": "mesh/rpc", "mesh": "mesh/", "service": "svc_", "edge": "edge/"}


@dataclass(slots=True)
class _Node:
    count: int = 0
    under: dict[Frame, "_Node"] = field(default_factory=dict["Frame", "_Node"])


def flame(title: str, stacks: Counter[Stack]) -> str:
    """Return an <svg>; a frame tells its function, file and share to who points at it."""
    root = _tree(stacks)
    total = root.count or 1
    boxes = list(_boxes(root, 0.0, 0, total))
    height = _TOP + _ROW * (1 + max((depth for depth, *_ in boxes), default=0)) + 8
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" font-family="sans-serif"'
        ' font-size="11">'
        f'<rect width="{WIDTH}" height="{height}" fill="#fff"/>'
        f'<text x="8" y="18" font-size="14" font-weight="600">{escape(title)}</text>'
        + "".join(_legend())
        + "".join(_box(frame, depth, left, share, height) for depth, frame, left, share in boxes)
        + "</svg>\n"
    )


def _tree(stacks: Counter[Stack]) -> _Node:
    root = _Node()
    for stack, count in stacks.items():
        root.count += count
        node = root
        for frame in stack:
            node = node.under.setdefault(frame, _Node())
            node.count += count
    return root


def _boxes(node: _Node, left: float, depth: int, total: int) -> Iterator[tuple[int, Frame, float, float]]:
    """Yield (depth, frame, left, share), both of the whole, for all that can be seen."""
    for frame, under in sorted(node.under.items(), key=lambda item: (-item[1].count, item[0].name)):
        share = under.count / total
        if share >= LEAST:
            yield depth, frame, left, share
            yield from _boxes(under, left, depth + 1, total)
        left += share


def _box(frame: Frame, depth: int, left: float, share: float, height: int) -> str:
    x, y, width = left * WIDTH, height - 8 - _ROW * (depth + 1), share * WIDTH
    letters = int((width - 4) / _LETTER)
    name = frame.name if len(frame.name) <= letters else f"{frame.name[: letters - 1]}…" if letters > 3 else ""
    text = f'<text x="{x + 2:.1f}" y="{y + 12}">{escape(name)}</text>' if name else ""
    where = f" ({frame.file})" if frame.file else ""
    return (
        f"<g><title>{escape(frame.name + where)} {share:.1%}</title>"
        f'<rect x="{x:.1f}" y="{y}" width="{max(width - 0.5, 0.5):.1f}" height="{_ROW - 1}" fill="{colour(frame)}"/>'
        f"{text}</g>"
    )


def colour(frame: Frame) -> str:
    """Return the colour of whose code it is."""
    return next((shade for start, shade in _COLOURS.items() if frame.file.startswith(start)), _OTHERS)


def _legend() -> Iterator[str]:
    parts = {**{word: _COLOURS[start] for word, start in _LEGEND.items()}, "libraries": _OTHERS}
    for number, (word, shade) in enumerate(parts.items()):
        x = 8 + 90 * number
        yield f'<rect x="{x}" y="26" width="10" height="10" fill="{shade}"/><text x="{x + 14}" y="35">{word}</text>'
