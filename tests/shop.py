"""A content folder: a team's own inventory, system, checks and component, which names the suite's shared chapters."""

from __future__ import annotations

from pathlib import Path

FILES = {
    "inventory/here.yml": "hosts:\n  here:\n    connection: local://\n    systems: {shop: [entropy]}\n",
    "runbooks/shop/system.yml": (
        "name: The shop\nchapters: [runbook.md, ../shared/host.md]\ncomponents:\n  entropy: {least: 9}\n"
    ),
    "runbooks/shop/runbook.md": """# The shop

## Entropy

### Entropy low (P1)

**Diagnostics:**
```bash
# check: entropy.available, os.has_memory
cat /proc/sys/kernel/random/entropy_avail
```

**Resolution:**
```bash
systemctl status shop --no-pager
```
""",
    "fixtures/entropy/__init__.py": '"""The kernel\'s randomness."""\n',
    "fixtures/entropy/settings.py": '''"""What system.yml says of it."""

from engine.config.settings import Component


class Entropy(Component):
    """The kernel's randomness."""

    least: int
    """The least number of bits."""
''',
    "fixtures/entropy/pool.py": '''"""The pool."""

from engine.gather.define import command

entropy_bits = command("cat /proc/sys/kernel/random/entropy_avail", parse=int, doc="Bits; a number.")
''',
    "checks/test_entropy.py": '''"""The kernel's randomness."""


def test_available(entropy_bits, settings):
    """The pool holds as many bits as the shop needs."""
    assert entropy_bits >= settings.least, f"the pool has {entropy_bits} bits"
''',
    "checks/test_os_shop.py": '''"""More of the host."""


def test_has_memory(memory):
    """The host has memory."""
    assert memory.total > 0
''',
}


def shop(folder: Path) -> Path:
    """Writes the content folder; returns it."""
    for name, text in FILES.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder
