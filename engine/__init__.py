"""How a run works: no component's name in it, and nothing of ours is imported (docs/layout.md)."""
