"""How large the page of 20,000 findings is, and how long a browser takes to paint it, to filter it and to open a row.

`python -m tests.bench_page` takes the findings of the last run against the lab, as many times as it needs, and makes
every twentieth of them fail. Chromium is Debian's; docs/dependencies.md says how it gets here.
"""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from engine.judge.causes import causes
from engine.judge.explain import explain
from engine.judge.finding import Evidence, Finding, Remediation
from engine.judge.result import RunResult
from reports.page import page
from tests.browser.chromium import browser
from tests.content import CHECKOUT

FINDINGS = 20_000
FAILING = 20
LATEST = CHECKOUT / "reports/out/lab/latest/findings.jsonl"
STEPS = tuple(
    Remediation(f"sudo -n systemctl status unit-{n} --no-pager", "restart", "Look first. " * 8) for n in range(4)
)
# The time of a change, up to the frame behind it.
TIMED = """async (change) => {
  const started = performance.now();
  eval(change);
  await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
  return performance.now() - started;
}"""


def findings() -> Iterator[Finding]:
    """Yields FINDINGS findings, of which one in FAILING failed, as a run has them before its causes are known."""
    kept = [Finding.from_dict(json.loads(line)) for line in LATEST.read_text(encoding="utf-8").splitlines()]
    for number in range(FINDINGS):
        finding, host = kept[number % len(kept)], f"-{number // len(kept)}"
        made = replace(
            finding, nodeid=f"{finding.nodeid}{host}", host=finding.host + host, outcome="passed", message=""
        )
        yield _failed(made) if number % FAILING == 0 else made


def _failed(finding: Finding) -> Finding:
    evidence = tuple(Evidence(f"fact_{n}", "systemctl show unit", f"{finding.host} line {n}\n" * 20) for n in range(2))
    guidance = replace(finding.guidance, remediation=STEPS, symptoms=("Users wait",), text="Text of it. " * 60)
    found = f"{finding.host} answered something else within 5 s"
    return replace(finding, outcome="failed", message=found, evidence=evidence, guidance=guidance)


def result() -> RunResult:
    """Returns the run of these findings."""
    explained = explain(list(findings()))
    return RunResult("many", datetime.now(UTC), 60.0, 1, explained, causes(explained), complete=True)


def main() -> None:
    """Prints the figures."""
    run = result()
    started = time.process_time()
    html = page(run, str)
    print(f"{len(run.findings)} findings, {len(run.causes)} causes: {len(html.encode()) / 1e6:.2f} MB (bar 3), "
          f"made in {time.process_time() - started:.2f} s of processor time")  # fmt: skip
    with tempfile.TemporaryDirectory() as folder, browser() as chromium:
        path = Path(folder, "report.html")
        path.write_text(html, encoding="utf-8")
        for turn in range(3):
            tab = chromium.new_page()
            tab.goto(path.as_uri())
            painted = tab.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime")
            ready = tab.evaluate("performance.getEntriesByType('navigation')[0].domComplete")
            find = tab.evaluate(
                TIMED, "document.querySelector('#filters [name=outcome]').value = 'failed'; findings.changed()"
            )
            word = tab.evaluate(
                TIMED, "document.querySelector('#filters [name=q]').value = 'redis'; findings.changed()"
            )
            opened = tab.evaluate(TIMED, "document.querySelector('#findings .open').click()")
            print(f"turn {turn + 1}: painted {painted:.0f} ms, ready {ready:.0f} ms (bar 1000); "
                  f"filtered {find:.0f}, searched {word:.0f}, opened {opened:.0f} ms (bar 100)")  # fmt: skip
            tab.close()


if __name__ == "__main__":
    main()
