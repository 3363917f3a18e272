"""A mistake in a runbook is one line: file, line, what is wrong, what was expected."""

from __future__ import annotations

from pathlib import Path

import pytest

from runbooks.model import RunbookError
from runbooks.parser import parse

DIAGNOSTICS = "# R\n\n## A\n\n**Diagnostics:**\n\n```bash\n"
RESOLUTION = "# R\n\n## A\n\n**Resolution:**\n\n```bash\n"
NAME = "expected component.name, lower case, [a-z0-9_]"


@pytest.mark.parametrize(
    ("text", "line"),
    [
        pytest.param(
            f"{RESOLUTION}# check: a.b\ntrue\n```\n",
            "r.md:8: 'check:' stands outside the diagnostics of a section; "
            "expected it above a command of the diagnostics of a section",
            id="a check in a resolution",
        ),
        pytest.param(
            "# R\n\n```bash\n# check: a.b\ntrue\n```\n",
            "r.md:4: 'check:' stands outside the diagnostics of a section; "
            "expected it above a command of the diagnostics of a section",
            id="a check outside any section",
        ),
        pytest.param(
            f"{DIAGNOSTICS}true\n# danger: none\ntrue\n```\n",
            "r.md:9: 'danger:' stands outside a resolution; expected it above a command of a resolution",
            id="a danger in diagnostics",
        ),
        pytest.param(
            f"{DIAGNOSTICS}# check: redis\ntrue\n```\n", f"r.md:8: 'redis' is no check name; {NAME}", id="no dot"
        ),
        pytest.param(
            f"{DIAGNOSTICS}true\n\n# check: a.b, Redis.Ping\ntrue\n```\n",
            f"r.md:10: 'Redis.Ping' is no check name; {NAME}",
            id="capitals, in the second name",
        ),
        pytest.param(f"{DIAGNOSTICS}# check:\ntrue\n```\n", f"r.md:8: '' is no check name; {NAME}", id="no name"),
        pytest.param(
            f"{RESOLUTION}# danger: reboot\ntrue\n```\n",
            "r.md:8: 'reboot' is no danger; expected one of none, restart, config-change, data-loss",
            id="an unknown danger",
        ),
        pytest.param(
            f"{DIAGNOSTICS}# manual:\nhtop\n```\n",
            "r.md:8: 'manual:' gives no reason; expected the reason why no check automates the command",
            id="manual without a reason",
        ),
        pytest.param(
            f"{DIAGNOSTICS}# check: a.b\n\ntrue\n```\n",
            "r.md:8: this marker has no command below it; expected a command on the next line",
            id="a marker above a blank line",
        ),
        pytest.param(
            "# R\n\n## A\n\n**Severity:** high\n",
            "r.md:5: 'high' is no severity; expected P1, P2 or P3",
            id="an unknown severity",
        ),
    ],
)
def test_mistake(text: str, line: str) -> None:
    """The line is that of the mistake itself."""
    with pytest.raises(RunbookError) as caught:
        parse(Path("r.md"), text)
    assert str(caught.value) == line


def test_a_runbook_that_is_not_there(tmp_path: Path) -> None:
    """The file is named, and what it should have been."""
    with pytest.raises(RunbookError, match=r"gone.md:1: cannot be read .*; expected a Markdown file"):
        parse(tmp_path / "gone.md")
