"""Which modules a module needs: the closure of its imports, read from source without running it."""

import ast
from collections.abc import Iterator
from pathlib import Path


def import_closure(start: str, roots: tuple[Path, ...]) -> dict[str, Path]:
    """Find every module under *roots* that *start* imports, directly or not, with the packages around them.

    Imports under ``if TYPE_CHECKING`` do not count; those inside functions do.
    """
    found: dict[str, Path] = {}
    open_names = [start]
    while open_names:
        name = open_names.pop()
        for around in _with_parents(name):
            if around not in found and (path := _locate(around, roots)):
                found[around] = path
                open_names += _imported(around, path)
    return found


def _with_parents(name: str) -> Iterator[str]:
    parts = name.split(".")
    return (".".join(parts[: end + 1]) for end in range(len(parts)))


def _locate(name: str, roots: tuple[Path, ...]) -> Path | None:
    for root in roots:
        place = root.joinpath(*name.split("."))
        for path in (place / "__init__.py", place.with_suffix(".py")):
            if path.is_file():
                return path
    return None


def _imported(name: str, path: Path) -> Iterator[str]:
    package = name if path.name == "__init__.py" else name.rpartition(".")[0]
    for node in _run(ast.parse(path.read_bytes())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = _absolute(package, node)
            yield base
            # `from package import module` names a module; a name that is none is simply not found.
            yield from (f"{base}.{alias.name}" for alias in node.names)


def _absolute(package: str, node: ast.ImportFrom) -> str:
    if not node.level:
        return node.module or ""
    around = package.split(".")[: len(package.split(".")) - node.level + 1]
    return ".".join([*around, *([node.module] if node.module else [])])


def _run(node: ast.AST) -> Iterator[ast.AST]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.If) and "TYPE_CHECKING" in ast.unparse(child.test):
            for other in child.orelse:
                yield other
                yield from _run(other)
            continue
        yield child
        yield from _run(child)
