"""Tests of the fixtures, the reports, the lab, and of the checks against the lab."""
