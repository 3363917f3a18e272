"""The parts of the terminal's summary; reports/outputs/terminal.py puts them in order."""
