"""The outputs of a run, one module each. Every module in this package is used (engine/hooks/outputs.py)."""
