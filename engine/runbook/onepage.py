"""Whether a document is one section: a page for one alert, whose title is the alert's and whose headings are labels."""

from __future__ import annotations

from collections.abc import Sequence

from markdown_it.token import Token

from engine.runbook.words import label_of, label_start, lines_of, plain

PARTS = ("symptoms", "diagnostics", "resolution")


def is_one_page(tokens: Sequence[Token]) -> bool:
    """Returns whether the labels of a document stand under its title alone, and under no heading of a section.

    `# NodeNotReady`, `## Meaning`, `## Diagnosis`, `### On the node`, `## Mitigation` is a page; with `## Redis` and
    `### Diagnosis` a document has sections.
    """
    inside: int | None = None
    labelled = False
    for before, token in zip([None, *tokens], tokens, strict=False):
        if token.type != "inline":
            continue
        level = int(before.tag[1]) if before is not None and before.type == "heading_open" else 0
        if level:
            is_label = label_of(plain(token.children or (), code="")) in PARTS
            if inside is not None and level <= inside:
                inside = None
        else:
            starts = (label_start(line) for _, line in lines_of(token.children or ()))
            is_label = any(label_of(start[0]) in PARTS for start in starts if start)
        if is_label and inside is not None:
            return False
        # `# Troubleshooting` is about the sections below it.
        labelled = labelled or (is_label and level != 1)
        if level > 1 and not is_label:
            inside = level
    return labelled
