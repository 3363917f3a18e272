"""gunicorn's settings."""

bind = "127.0.0.1:8000"
workers = 4
timeout = 20
graceful_timeout = 5
accesslog = None
errorlog = "-"
control_socket_disable = True
