"""The two small charts of the report, as SVG text: curves on logarithmic axes, and bars."""

import math
from collections.abc import Mapping, Sequence
from html import escape

COLOURS = ("#0b6e4f", "#c1440e", "#3d5a98", "#8a5a00", "#7a3b8f", "#555555")
WIDTH, HEIGHT = 680, 380
LEFT, RIGHT, TOP, BOTTOM = 60, 130, 40, 50


def _text(x: float, y: float, content: str, anchor: str = "start", colour: str = "#222") -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{colour}">'
        f"{escape(content)}</text>"
    )


def _line(x1: float, y1: float, x2: float, y2: float, colour: str = "#ddd") -> str:
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{colour}"/>'


def _document(title: str, height: int, parts: Sequence[str]) -> str:
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" '
        f'font-family="sans-serif" font-size="12">'
        f'<rect width="{WIDTH}" height="{height}" fill="white"/>'
    )
    return "\n".join([head, _text(WIDTH / 2, 22, title, "middle"), *parts, "</svg>", ""])


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 10 else f"{value:g}"


def curves(
    title: str, across: str, up: str, lines: Mapping[str, Sequence[tuple[float, float]]]
) -> str:
    """One curve for each of `lines`; every coordinate is above 0."""
    points = [point for line in lines.values() for point in line]
    x_low, x_high = (f(math.log10(x) for x, _ in points) for f in (min, max))
    y_low, y_high = (f(math.log10(y) for _, y in points) for f in (min, max))
    y_low, y_high = y_low - 0.05, y_high + 0.05

    def at(x: float, y: float) -> tuple[float, float]:
        across_share = (math.log10(x) - x_low) / ((x_high - x_low) or 1)
        up_share = (math.log10(y) - y_low) / (y_high - y_low)
        return (
            LEFT + across_share * (WIDTH - LEFT - RIGHT),
            HEIGHT - BOTTOM - up_share * (HEIGHT - TOP - BOTTOM),
        )

    parts = []
    for x in sorted({x for x, _ in points}):
        px, _ = at(x, 10**y_low)
        parts.append(_line(px, TOP, px, HEIGHT - BOTTOM))
        parts.append(_text(px, HEIGHT - BOTTOM + 18, _number(x), "middle"))
    for decade in range(math.floor(y_low), math.ceil(y_high) + 1):
        for step in (1, 2, 5):
            y = step * 10.0**decade
            if not y_low <= math.log10(y) <= y_high:
                continue
            _, py = at(10**x_low, y)
            parts.append(_line(LEFT, py, WIDTH - RIGHT, py))
            parts.append(_text(LEFT - 8, py + 4, _number(y), "end"))
    parts.append(_text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 12, across, "middle"))
    parts.append(_text(LEFT - 40, TOP - 8, up))
    label_y = math.inf
    ends = sorted(lines.items(), key=lambda item: item[1][-1][1])
    for name, line in ends:
        colour = COLOURS[list(lines).index(name) % len(COLOURS)]
        path = " ".join(f"{px:.1f},{py:.1f}" for px, py in (at(x, y) for x, y in line))
        parts.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>')
        end_x, end_y = at(*line[-1])
        label_y = min(end_y, label_y - 14)  # labels of curves that meet stay apart
        parts.append(_text(end_x + 8, label_y + 4, name, colour=colour))
    return _document(title, HEIGHT, parts)


def bars(title: str, unit: str, values: Mapping[str, float]) -> str:
    """One bar for each of `values`, in their order; every value is above 0."""
    left, row = 180, 30
    height = TOP + row * len(values) + 12
    scale = (WIDTH - left - RIGHT) / max(values.values())
    parts = []
    for index, (name, value) in enumerate(values.items()):
        y = TOP + index * row
        colour = COLOURS[0] if name.startswith("geventnet") else "#9aa5b1"
        parts.append(_text(left - 8, y + 15, name, "end"))
        parts.append(
            f'<rect x="{left}" y="{y}" width="{value * scale:.1f}" height="20" fill="{colour}"/>'
        )
        parts.append(_text(left + value * scale + 8, y + 15, f"{value:,.3g} {unit}"))
    return _document(title, height, parts)
