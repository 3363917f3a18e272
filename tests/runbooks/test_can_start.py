"""The tool that says whether an application could start, on real folders and with a real interpreter."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT

TOOL = (ROOT / "runbooks/tools/can_start.py").read_text(encoding="utf-8")


def look(folder: Path, main: str = "app.py", **files: str) -> tuple[int, list[str]]:
    """Returns the exit code and the lines for a folder with these files; `a_b` is a/b.py."""
    for name, text in files.items():
        path = folder / f"{name.replace('_', '/').replace('//init//', '/__init__')}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    command = [sys.executable, "-B", "-", str(folder), main]
    done = subprocess.run(command, input=TOOL, capture_output=True, text=True, check=False, cwd="/")
    assert not done.stderr
    return done.returncode, [line.replace(f"{folder}/", "") for line in done.stdout.splitlines()]


def test_what_could_start(tmp_path: Path) -> None:
    """Modules of its own, installed ones, and what may be missing: it is caught, or imported when it is called."""
    app = """
from __future__ import annotations
import json, shop.cart
from shop import prices
from typing import TYPE_CHECKING
if TYPE_CHECKING:
    import nowhere
try:
    import nowhere
except ImportError:
    pass
def f():
    import nowhere
"""
    assert look(tmp_path, app=app, shop_cart="from . import prices", shop_prices="A = 1") == (
        0,
        ["app.py could start"],
    )


@pytest.mark.parametrize(
    ("files", "line"),
    [
        ({"app": "<<<<<<< HEAD\n"}, "app.py: invalid syntax (app.py, line 1)"),
        ({"app": "import shop.cart", "shop_cart": "def f(:"}, "shop/cart.py: invalid syntax (cart.py, line 1)"),
        ({"app": "from shop import cart", "shop_cart": "x = = 1"}, "shop/cart.py: invalid syntax (cart.py, line 1)"),
        ({"app": "import shop", "shop___init__": "from .cart import x", "shop_cart": "x ="}, "shop/cart.py: invalid"),
        ({"app": "x = 1\nimport nowhere.at_all"}, "app.py:2: no module named nowhere"),
        ({"app": "if True:\n    import shop", "shop": "1 +"}, "shop.py: invalid syntax (shop.py, line 1)"),
    ],
)
def test_what_could_not(tmp_path: Path, files: dict[str, str], line: str) -> None:
    """The file, its line, and what is wrong."""
    code, lines = look(tmp_path, **files)
    assert (code, len(lines)) == (1, 1)
    assert lines[0].startswith(line)


def test_a_file_that_nobody_imports(tmp_path: Path) -> None:
    """What lies beside the application does not keep it from a start."""
    assert look(tmp_path, app="import json", old="print 'hello'")[0] == 0


def test_a_main_module_that_is_not_there(tmp_path: Path) -> None:
    assert look(tmp_path) == (1, ["app.py: [Errno 2] No such file or directory: 'app.py'"])
