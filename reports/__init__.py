"""Reports: findings become the terminal's summary, the HTML report, JSON, JUnit and Markdown."""
