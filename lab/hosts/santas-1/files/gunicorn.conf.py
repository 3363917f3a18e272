"""gunicorn's settings."""

import os

import redis

bind = "127.0.0.1:8000"
workers = 4
timeout = 20
graceful_timeout = 5
accesslog = None
errorlog = "-"
control_socket_disable = True


def on_starting(server):
    """What the workers count together begins anew with each start."""
    try:
        counts = redis.Redis.from_url(os.environ["METRICS_REDIS_URL"], socket_timeout=1, socket_connect_timeout=1)
        counts.delete(*(f"metrics:{key}" for key in ("cache", "requests", "errors", "rate_limits")))
    except redis.RedisError as error:
        server.log.warning("the counters stay as they are: %s", type(error).__name__)
