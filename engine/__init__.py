"""The engine of a run. It names no component and imports no other package of the project (docs/layout.md)."""
