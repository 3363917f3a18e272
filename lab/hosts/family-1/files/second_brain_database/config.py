"""Settings: read from the environment, which systemd fills from .env.

`python -m second_brain_database.config` says whether they load.
"""

from functools import lru_cache
from typing import Annotated

from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings

Positive = Annotated[int, Field(gt=0)]


class Settings(BaseSettings):
    """What the service needs to be told; a missing or malformed value stops it before it serves anybody."""

    ENV_PREFIX: str = "prod"
    SECRET_KEY: Annotated[str, Field(min_length=32)]
    MONGODB_URL: str
    MONGODB_DATABASE: str
    MONGODB_MAX_POOL_SIZE: Positive = 50
    MONGODB_MIN_POOL_SIZE: Annotated[int, Field(ge=0)] = 10
    REDIS_URL: str
    RATE_LIMIT_REDIS_URL: str
    CACHE_REDIS_URL: str
    CACHE_TTL: Positive = 300
    ENABLE_QUERY_CACHE: bool = True
    SESSION_TTL: Positive = 3600
    RATE_LIMIT_ENABLED: bool = True
    RATE_LIMIT_REQUESTS: Positive = 600
    RATE_LIMIT_PERIOD_SECONDS: Positive = 60
    SMTP_HOST: str
    SMTP_PORT: Positive = 587
    SMTP_STARTTLS: bool = True
    SMTP_USER: str
    SMTP_PASSWORD: str
    MAIL_FROM: str = "family@family.test"
    EMAIL_SERVICE_URL: str
    TWO_FACTOR_URL: str
    AUTH_PROVIDER_URL: str
    SBD_TOKENS_URL: str
    EXTERNAL_API_URL: str
    # Paths that need no token, for development: comma-separated beginnings, such as /admin.
    OPEN_PATHS: str = ""


@lru_cache
def get_settings() -> Settings:
    """Returns the service's settings."""
    return Settings()


if __name__ == "__main__":
    try:
        get_settings()
    except ValidationError as error:
        names = ", ".join(f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in error.errors())
        raise SystemExit(f"CRITICAL settings do not load: {names}") from None
    print("Configuration loaded successfully")
