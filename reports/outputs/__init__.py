"""What people see of a run: one module an output, found by being here (engine/hooks/outputs.py has the rules)."""
