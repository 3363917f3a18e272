"""The page, as a browser shows it: Playwright with Debian's Chromium."""
