"""`python -m engine.pages` writes every page of docs/ that is generated from the code."""

from __future__ import annotations

from engine.pages import ROOT, written


def main() -> None:
    """Writes the pages that are not current, and prints their names."""
    for file, text in written().items():
        path = ROOT / file
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
            print(f"{file} is written")


if __name__ == "__main__":
    main()
