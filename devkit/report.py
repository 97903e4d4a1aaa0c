"""Tables for the terminal, for the tools that end with a summary."""

from collections.abc import Container, Iterable, Sequence


def table(rows: Iterable[Sequence[object]], left: Container[int] = (0,)) -> str:
    """Columns as wide as their widest cell: those numbered in `left` left-aligned, the others right-aligned."""
    cells = [[str(cell) for cell in row] for row in rows]
    columns = [
        [f"{cell:{'<' if at in left else '>'}{max(map(len, column))}}" for cell in column]
        for at, column in enumerate(zip(*cells, strict=True))
    ]
    return "\n".join(f"  {'  '.join(row)}".rstrip() for row in zip(*columns, strict=True))
