"""Says whether an application could start: its main module and all that it imports of its folder can be compiled.

Said first: the folder, and the main module in it. What a module needs from elsewhere is looked for, and not imported;
what is imported in a function, or where an error is caught, may be missing. Exits with 1 when something is wrong.
"""

import ast
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path


def imports(tree: ast.AST, needed: bool) -> Iterator[tuple[int, str, int, bool]]:
    """Yields each import: how many packages up it starts, the dotted name, its line, and whether a start needs it."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.Import):
            yield from ((0, alias.name, node.lineno, needed) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.level, node.module or "", node.lineno, needed
            base = f"{node.module}." if node.module else ""
            yield from ((node.level, f"{base}{alias.name}", node.lineno, False) for alias in node.names)
        else:
            yield from imports(node, needed and isinstance(node, ast.Module | ast.ClassDef | ast.With))


def files_of(base: Path, name: str) -> Iterator[Path]:
    """Yields the files that an import of a dotted name runs, of those that are in the folder."""
    path = base
    for part in name.split(".") if name else []:
        path /= part
        yield from (file for file in (path / "__init__.py", path.with_name(f"{part}.py")) if file.is_file())


def wrong(root: Path, main: Path) -> Iterator[str]:
    """Yields a line for each file that cannot be read or compiled, and for each package that is not installed."""
    waiting, seen, asked = [main], {main}, set()
    while waiting:
        file = waiting.pop()
        try:
            tree = ast.parse(file.read_bytes(), str(file))
            compile(tree, str(file), "exec", dont_inherit=True)
        except (OSError, SyntaxError, ValueError) as error:
            yield f"{file}: {error}"
            continue
        for level, name, line, needed in imports(tree, True):
            base = file.parents[level - 1] if level else root
            new = [found for found in files_of(base, name) if found not in seen]
            seen.update(new)
            waiting += new
            top = name.partition(".")[0]
            known = level or (root / top).is_dir() or (root / f"{top}.py").is_file() or top in asked
            asked.add(top)
            if needed and not known and find_spec(top) is None:
                yield f"{file}:{line}: no module named {top}"


if __name__ == "__main__":
    folder, module = map(Path, sys.argv[1:])
    found = list(wrong(folder, folder / module))
    print("\n".join(found) or f"{folder / module} could start")
    sys.exit(1 if found else 0)
