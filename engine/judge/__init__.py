"""Findings, and the causes among them."""
