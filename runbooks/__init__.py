"""Runbooks: what people do. A folder a system (`runbook.md`, `system.yml`), and what reads them."""
