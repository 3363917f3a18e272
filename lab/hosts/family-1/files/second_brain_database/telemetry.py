"""What the service tells of itself: a line a request in the journal, and metrics that all workers count together."""

import logging
import sys
import time
from collections.abc import Awaitable, Callable

from fastapi import Request, Response
from fastapi.responses import JSONResponse
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

logging.basicConfig(level=logging.INFO, stream=sys.stdout, format="%(levelname)s %(name)s %(message)s")
for noisy in ("httpx", "pymongo"):
    logging.getLogger(noisy).setLevel(logging.WARNING)
log = logging.getLogger("sbd.requests")

requests = Counter("sbd_http_requests", "Requests answered.", ["method", "route", "status"])
seconds = Histogram("sbd_http_request_seconds", "How long they took.", ["route"], buckets=(0.05, 0.1, 0.5, 1, 2, 5))
errors = Counter("sbd_errors", "Requests that failed, by kind.", ["kind"])
lookups = Counter("sbd_cache_lookups", "Look-ups in the cache.", ["result"])


def page() -> Response:
    """Returns the metrics of all workers."""
    registry = CollectorRegistry()
    MultiProcessCollector(registry)
    return Response(generate_latest(registry), media_type="text/plain; version=0.0.4")


async def account(request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
    """Logs and counts a request; what nobody caught becomes a plain 500."""
    started = time.perf_counter()
    try:
        response = await call_next(request)
    except Exception as error:
        kind = type(error).__name__
        errors.labels(kind).inc()
        log.error("%s in %s: %s", kind, request.url.path, " ".join(str(error).split())[:200])
        response = JSONResponse({"error": "internal error"}, 500)
    taken = time.perf_counter() - started
    route = getattr(request.scope.get("route"), "path", "unknown")
    requests.labels(request.method, route, str(response.status_code)).inc()
    seconds.labels(route).observe(taken)
    if route not in ("/health", "/metrics") or response.status_code >= 400:
        level = logging.ERROR if response.status_code >= 500 else logging.INFO
        words = "%s %s status=%s Duration: %.3fs"
        log.log(level, words, request.method, request.url.path, response.status_code, taken)
    return response
