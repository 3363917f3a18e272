"""Mistakes in check files: each is told with its file and line, and none is silent."""

from __future__ import annotations

import pytest

from tests.conftest import Project
from tests.hooks.conftest import CHECKS, RUNBOOK, add, document, outcomes

THIRD = '\n\ndef test_third({}):\n    """x."""\n'


@pytest.mark.parametrize(
    ("text", "offset", "told"),
    [
        ("\ndef test_x(:\n    pass\n", 1, "not valid Python: invalid syntax"),
        ("\nx = 'open\n", 1, "not valid Python: unterminated string literal"),
        ("\n  x = 1\n", 1, "not valid Python: unindent does not match"),
        (b"\nNAME = 'caf\xe9'\n", 1, "not valid Python: "),
        (b"\nx = 1\n# nothing: \0\n", None, "not valid Python: source code string cannot contain null bytes"),
        ('\ndef test_tried(identity):\n    """x."""\n', 1, "the check 'os.tried' is defined twice"),
        ('\nasync def test_third(identity):\n    """x."""\n', 1, "'test_third' is async; expected a plain function"),
        ('\n@owns(X)\ndef test_third(identity):\n    """x."""\n', 1, "the argument of a mark is not a literal"),
        (
            THIRD.format("identty"),
            2,
            "os.third asks for 'identty', which is neither a fact nor a fixture; did you mean 'iden",
        ),
        (
            THIRD.format("limit"),
            2,
            "os.third asks for 'limit', which is neither a fact nor a fixture; did you mean 'limits'?",
        ),
        (THIRD.format("host"), 2, "os.third asks for 'host'; a check judges facts, and reaches no host itself"),
        (
            THIRD.format("http_allowance"),
            2,
            "os.third asks for 'http_allowance', which is only a name; expected a fact",
        ),
        (THIRD.format("tmp_path, nosuch"), 2, "os.third asks for 'nosuch', which is neither a fact"),
        (
            '\n\nclass TestMore:\n    def test_tried(self):\n        """x."""\n',
            3,
            "test_tried is not a check; expected",
        ),
        ('\n\nif True:\n    def test_more(identity):\n        """x."""\n', 3, "test_more is not a check; expected"),
    ],
)
def test_one_line(small: Project, text: str | bytes, offset: int | None, told: str) -> None:
    """Exit code 4, nothing asked."""
    begins = add(small, text)
    line = begins + offset if offset else 1
    small.replace(RUNBOOK, "os.second", "os.second, os.third" if "third" in str(text) else "os.second")
    result = small.gate("--hosts=try")
    assert result.code == 4, result.text
    assert result.error.startswith(f"{CHECKS}:{line}: {told}")
    assert "Traceback" not in result.text
    assert not (small.root / "reports/out/try/latest").exists()


@pytest.mark.parametrize("options", ["", "-n 2", "-q", "--tb=short"])
def test_an_error_at_import_is_shown(small: Project, options: str) -> None:
    """pytest's own reason stands on the terminal, and the run that was none says so in its files."""
    add(small, "\n\nimport no_such_module\n")
    result = small.gate("--hosts=try", *options.split())
    assert result.code == 2
    assert "ModuleNotFoundError: No module named 'no_such_module'" in result.text
    assert "NOT READY: 1 error while checks were collected" in result.text
    assert "asked " not in result.text
    run = document(small)
    assert (run["complete"], run["exit_code"], run["findings"]) == (False, 2, [])
    assert run["problems"] == ["1 error while checks were collected"]
    page = (small.root / "reports/out/try/latest/report.html").read_text(encoding="utf-8")
    assert "no_such_module" in page


def test_collection_errors_may_be_gone_past(small: Project) -> None:
    """With `--continue-on-collection-errors` the others are asked, and it is not green."""
    small.write("checks/test_broken.py", "import no_such_module\n")
    result = small.gate("--hosts=try", "--continue-on-collection-errors", "-k", "second or broken")
    assert result.code == 1
    assert outcomes(small) == {("os.second", "here"): "passed", ("os.second", "yonder"): "passed"}
    assert document(small)["complete"] is False


def test_a_check_that_no_runbook_names(small: Project) -> None:
    """It is told after each run, and when it was meant; --runbook-coverage counts it."""
    line = add(small, THIRD.format("identity")) + 2
    told = (
        f"{CHECKS}:{line}: no runbook names os.third, so it never runs; "
        "expected '# check: os.third' above a diagnostic command in runbooks/"
    )
    result = small.gate("--hosts=try", "-k", "second")
    assert result.code == 0
    assert result.text.count(told) == 1
    assert small.gate("--hosts=try", "-k", "os.third").error.endswith(told)
    assert small.gate("--hosts=try", f"{CHECKS}::test_third").error == told
    coverage = small.gate("--runbook-coverage")
    assert coverage.code == 1
    assert told in coverage.text
