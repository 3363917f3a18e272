"""The gift finder's API: a search over PostgreSQL with a cache in Redis, log-in, and pages that watch it."""

import hashlib
import json
import logging
import os
import time

import psycopg
import redis
from flask import Flask, g, jsonify, request
from flask_jwt_extended import JWTManager, create_access_token, get_jwt_identity, jwt_required
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from psycopg.rows import dict_row
from psycopg_pool import ConnectionPool
from werkzeug.exceptions import HTTPException
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.security import check_password_hash

CACHE_SECONDS = 300
logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s %(message)s")
logging.getLogger("psycopg.pool").setLevel(logging.CRITICAL)
log = logging.getLogger("santas")

app = Flask(__name__)
app.wsgi_app = ProxyFix(app.wsgi_app, x_for=1)
app.config["JWT_SECRET_KEY"] = os.environ["JWT_SECRET_KEY"]
app.config["JWT_ACCESS_TOKEN_EXPIRES"] = int(os.environ.get("JWT_ACCESS_TOKEN_EXPIRES", "900"))
JWTManager(app)

# A Redis that hangs costs a page several of these, and the page still comes within its limit.
SECONDS = {"socket_timeout": 0.5, "socket_connect_timeout": 0.5}
cache = redis.Redis.from_url(os.environ["CACHE_REDIS_URL"], decode_responses=True, **SECONDS)
metrics = redis.Redis.from_url(os.environ["METRICS_REDIS_URL"], decode_responses=True, **SECONDS)
limiter = Limiter(
    app=app,
    key_func=get_remote_address,
    # Wide enough for the gate to run all day long, which the faults have it do.
    default_limits=["90000 per day", "9000 per hour"],
    storage_uri=os.getenv("REDIS_URL"),
    storage_options=SECONDS,
    swallow_errors=True,
)
pool = ConnectionPool(
    os.environ["DATABASE_URL"],
    min_size=1,
    max_size=5,
    timeout=1,
    open=False,
    check=ConnectionPool.check_connection,
    # Nobody waits long for a database that is away, be it one that drops packets; times out in 2 s and 800 ms.
    kwargs={
        "row_factory": dict_row,
        "connect_timeout": 2,
        "tcp_user_timeout": 800,
        "autocommit": True,
        "application_name": "santas-api",
    },
)


def count(key, field, amount=1):
    """Counts something for the metrics page; without Redis there is nothing to count with."""
    try:
        metrics.hincrbyfloat(f"metrics:{key}", field, amount)
    except redis.RedisError:
        g.uncounted = True


def query(sql, parameters=()):
    """Returns the rows of a query; the pool opens with the first one, in the worker that asks."""
    pool.open()
    with pool.connection() as connection:
        return connection.execute(sql, parameters).fetchall()


@app.before_request
def start():
    g.started = time.perf_counter()


@app.after_request
def account(response):
    # The limiter refuses before anything else is done.
    seconds = time.perf_counter() - g.get("started", time.perf_counter())
    level = logging.ERROR if response.status_code >= 500 else logging.INFO
    agent = request.headers.get("User-Agent", "")[:60]
    told = (request.method, request.path, response.status_code, seconds, agent)
    log.log(level, "%s %s status=%s Duration: %.3fs agent=%s", *told)
    count("requests", "total")
    if request.path not in ("/api/health", "/api/metrics"):
        count("requests", "timed")
        count("requests", "seconds", seconds)
    return response


@app.errorhandler(Exception)
def failed(error):
    if isinstance(error, HTTPException):
        return jsonify(error=error.description), error.code
    kind = type(error).__name__
    count("errors", kind)
    log.error("%s in %s: %s", kind, request.path, error)
    return jsonify(error="internal error"), 500


@app.errorhandler(429)
def limited(error):
    count("rate_limits", request.path)
    log.warning("RATE_LIMIT exceeded on %s", request.path)
    return jsonify(error=str(error.description)), 429


@app.get("/api/health")
@limiter.exempt
def health():
    """200 even when degraded: the body says how it is."""
    checks = {"database": "healthy", "redis": "healthy"}
    try:
        query("SELECT 1")
    except (psycopg.Error, OSError) as error:
        checks["database"] = f"unhealthy: {type(error).__name__}"
    try:
        cache.ping()
        cache.set("health:probe", "1", ex=30)
    except redis.RedisError as error:
        checks["redis"] = f"unhealthy: {type(error).__name__}"
    well = all(state == "healthy" for state in checks.values())
    return jsonify(status="healthy" if well else "degraded", checks=checks)


@app.get("/api/metrics")
@limiter.exempt
def metrics_page():
    """What the workers counted together; nulls when Redis, which keeps the counts, is away."""
    try:
        found = {key: metrics.hgetall(f"metrics:{key}") for key in ("cache", "requests", "errors", "rate_limits")}
    except redis.RedisError:
        return jsonify(cache=None, errors=None, performance=None, rate_limits=None, requests=None)
    numbers = {key: {field: float(value) for field, value in counts.items()} for key, counts in found.items()}
    hits, misses = (int(numbers["cache"].get(field, 0)) for field in ("hits", "misses"))
    timed = numbers["requests"].get("timed", 0)
    return jsonify(
        cache={"hits": hits, "misses": misses, "hit_rate": hits / (hits + misses) if hits + misses else 0.0},
        errors={field: int(value) for field, value in numbers["errors"].items()},
        performance={"avg_response_time": numbers["requests"].get("seconds", 0) / timed if timed else 0.0},
        rate_limits={field: int(value) for field, value in numbers["rate_limits"].items()},
        requests={"total": int(numbers["requests"].get("total", 0))},
    )


@app.get("/api/search")
@limiter.limit("60 per minute")
def search():
    term = request.args.get("q", "")[:100]
    key = "search:" + hashlib.sha256(term.encode()).hexdigest()[:24]
    try:
        cached = cache.get(key)
    except redis.RedisError:
        cached = None
    count("cache", "hits" if cached else "misses")
    if cached:
        return jsonify(json.loads(cached))
    rows = query(
        "SELECT id, name, category, price::float AS price FROM gift WHERE name ILIKE %s ORDER BY id LIMIT 20",
        (f"%{term}%",),
    )
    result = {"query": term, "gifts": rows}
    try:
        cache.set(key, json.dumps(result), ex=CACHE_SECONDS)
        cache.set("nlp:" + key[7:], json.dumps(term.lower().split()), ex=CACHE_SECONDS)
    except redis.RedisError:
        log.warning("the cache took nothing")
    return jsonify(result)


@app.post("/api/login")
def login():
    body = request.get_json(silent=True) or {}
    rows = query('SELECT password_hash FROM "user" WHERE username = %s', (str(body.get("username", "")),))
    if not rows or not check_password_hash(rows[0]["password_hash"], str(body.get("password", ""))):
        log.warning("login failed")
        return jsonify(error="wrong user name or password"), 401
    return jsonify(access_token=create_access_token(identity=body["username"]))


@app.get("/api/profile")
@jwt_required()
def profile():
    return jsonify(username=get_jwt_identity())
