"""The Family Management System's API."""
