"""What people see: findings become the terminal's summary, the HTML report and JSON."""
