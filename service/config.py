"""Settings: read from the environment once, all problems in one message."""

from __future__ import annotations

import base64
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
"""The checkout (or image) that holds `rules/` and `migrations/`."""

EMBEDDED_FILE = "stimul.db"
"""Where the embedded database lies if none is named."""

DEFAULT_DATABASE_URL = f"sqlite:///{EMBEDDED_FILE}"
"""The embedded default: one file in the working directory."""

SECRET_KEY_CHARACTERS = 32
"""Shortest secret key: 256 bits when written in hexadecimal is 64, a pass phrase of 32 is still beyond guessing."""


SECRETS_KEY_BYTES = 32
"""What Fernet needs: half of it encrypts, half of it signs."""

PLAN_NOTICE_DAYS = 5
"""A working week: nobody is to learn in the month what the month pays."""

MAX_PROXIES = 5
"""Proxies in front of the service whose word about the sender's address is taken; more is a misunderstanding."""

MAX_PLAN_NOTICE_DAYS = 60
"""A quarter of working days; the calendar is recorded no further ahead than a year."""


_AMOUNT = re.compile(r"[0-9]{1,12}\.[0-9]{2}")

RAW_MONTHS, EVENT_YEARS, STATEMENT_YEARS = 13, 5, 10
"""How long things are kept: deliveries as they came, in months (a year and the month that closes it); events and
statements in years after the year of payment (tax claims, books of account)."""

MAX_KEPT = 600
"""Fifty years in months: a term beyond it is a slip."""

PERIOD_CALENDAR = "calculate=4 review=5@12:00 pay=15"
"""When a month is calculated and until when it is reviewed (working days of the next month), and its day of pay."""

LAST_WORKDAY, LAST_PAY_DAY = 15, 28
"""Every month has this many working days, and this many days."""

HOURS, MINUTES = 24, 60

_PERIOD_CALENDAR = re.compile(
    r"calculate=(?P<calculate>[0-9]{1,2}) review=(?P<review>[0-9]{1,2})@(?P<hour>[0-9]{2}):(?P<minute>[0-9]{2}) "
    r"pay=(?P<pay>[0-9]{1,2})"
)

_KEY = re.compile(r"[A-Za-z0-9_-]{43}=")


class SettingsError(Exception):
    """Every problem with the environment, in one message."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("Stimul cannot start with these settings:\n" + "\n".join(f"  - {line}" for line in problems))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Settings:
    """What an operator decides; each field is one environment variable, documented in docs/operating.md."""

    database_url: str = field(default=DEFAULT_DATABASE_URL, metadata={"env": "DATABASE_URL"})
    redis_url: str = field(default="", metadata={"env": "REDIS_URL"})
    secret_key: str = field(default="", metadata={"env": "STIMUL_SECRET_KEY"})
    secrets_keys: tuple[str, ...] = field(default=(), metadata={"env": "STIMUL_SECRETS_KEY"})
    signing_key: str = field(default="", repr=False, metadata={"env": "STIMUL_SIGNING_KEY"})
    trusted_keys: tuple[str, ...] = field(default=(), metadata={"env": "STIMUL_TRUSTED_KEYS"})
    rules_dir: Path = field(default=ROOT / "rules", metadata={"env": "STIMUL_RULES_DIR"})
    public_url: str = field(default="http://127.0.0.1:8000", metadata={"env": "STIMUL_PUBLIC_URL"})
    demo: bool = field(default=False, metadata={"env": "STIMUL_DEMO"})
    log_level: str = field(default="INFO", metadata={"env": "STIMUL_LOG_LEVEL"})
    leads_see_money: bool = field(default=False, metadata={"env": "STIMUL_LEADS_SEE_MONEY"})
    proxies: int = field(default=0, metadata={"env": "STIMUL_PROXIES"})
    oidc_issuer: str = field(default="", metadata={"env": "STIMUL_OIDC_ISSUER"})
    oidc_client_id: str = field(default="", metadata={"env": "STIMUL_OIDC_CLIENT_ID"})
    oidc_client_secret: str = field(default="", metadata={"env": "STIMUL_OIDC_CLIENT_SECRET"})
    second_approval_above_minor: int | None = field(default=None, metadata={"env": "STIMUL_SECOND_APPROVAL_ABOVE"})
    plan_notice_days: int = field(default=PLAN_NOTICE_DAYS, metadata={"env": "STIMUL_PLAN_NOTICE_DAYS"})
    period_calendar: tuple[int, int, time, int] = field(
        default=(4, 5, time(12), 15), metadata={"env": "STIMUL_PERIOD_CALENDAR"}
    )
    raw_months: int = field(default=RAW_MONTHS, metadata={"env": "STIMUL_KEEP_RAW_MONTHS"})
    event_years: int = field(default=EVENT_YEARS, metadata={"env": "STIMUL_KEEP_EVENT_YEARS"})
    statement_years: int = field(default=STATEMENT_YEARS, metadata={"env": "STIMUL_KEEP_STATEMENT_YEARS"})


ENVIRONMENT_NAMES = tuple(str(item.metadata["env"]) for item in fields(Settings))
"""The names of all settings, for the documentation and its test."""


def new_secrets_key() -> str:
    """A key for STIMUL_SECRETS_KEY: random bytes in URL-safe base64."""
    return base64.urlsafe_b64encode(secrets.token_bytes(SECRETS_KEY_BYTES)).decode()


def embedded_database_url(file: Path) -> str:
    """The address of the embedded database in a file."""
    return f"sqlite:///{file.resolve()}"


def read_settings(environment: Mapping[str, str]) -> Settings:
    """Read every setting; raise one `SettingsError` that names all problems.

    PostgreSQL is used through psycopg 3, whatever spelling the URL has.
    """
    problems: list[str] = []
    demo = _flag(environment, "STIMUL_DEMO", problems)
    secret = environment.get("STIMUL_SECRET_KEY", "")
    if secret and len(secret) < SECRET_KEY_CHARACTERS:
        problems.append(f"STIMUL_SECRET_KEY has {len(secret)} characters; it needs at least {SECRET_KEY_CHARACTERS}.")
    rules_dir = Path(environment.get("STIMUL_RULES_DIR") or ROOT / "rules")
    if not rules_dir.is_dir():
        problems.append(f"STIMUL_RULES_DIR names {rules_dir}, which is not a folder.")
    settings = Settings(
        database_url=_database_url(environment.get("DATABASE_URL") or DEFAULT_DATABASE_URL, problems),
        redis_url=_redis_url(environment.get("REDIS_URL", ""), problems),
        secret_key=secret,
        secrets_keys=_keys(environment, "STIMUL_SECRETS_KEY", "stimul keys secrets", problems),
        signing_key=_signing_key(environment, problems),
        trusted_keys=_keys(environment, "STIMUL_TRUSTED_KEYS", "stimul ledger key", problems),
        rules_dir=rules_dir,
        public_url=_public_url(environment.get("STIMUL_PUBLIC_URL") or "http://127.0.0.1:8000", problems),
        demo=demo,
        log_level=_log_level(environment.get("STIMUL_LOG_LEVEL") or "INFO", problems),
        leads_see_money=_flag(environment, "STIMUL_LEADS_SEE_MONEY", problems),
        proxies=_proxies(environment.get("STIMUL_PROXIES") or "0", problems),
        **_oidc(environment, problems),
        second_approval_above_minor=_amount(environment, "STIMUL_SECOND_APPROVAL_ABOVE", problems),
        period_calendar=_period_calendar(environment.get("STIMUL_PERIOD_CALENDAR") or PERIOD_CALENDAR, problems),
        raw_months=_term(environment, "STIMUL_KEEP_RAW_MONTHS", RAW_MONTHS, problems),
        event_years=_term(environment, "STIMUL_KEEP_EVENT_YEARS", EVENT_YEARS, problems),
        statement_years=_term(environment, "STIMUL_KEEP_STATEMENT_YEARS", STATEMENT_YEARS, problems),
        plan_notice_days=_notice_days(environment.get("STIMUL_PLAN_NOTICE_DAYS") or str(PLAN_NOTICE_DAYS), problems),
    )
    if problems:
        raise SettingsError(problems)
    return settings


def _flag(environment: Mapping[str, str], name: str, problems: list[str]) -> bool:
    text = environment.get(name, "").strip().lower()
    if text not in {"", "0", "1", "true", "false"}:
        problems.append(f'{name} is "{text}"; write 1 or 0.')
    return text in {"1", "true"}


def _amount(environment: Mapping[str, str], name: str, problems: list[str]) -> int | None:
    """An amount of money in minor units; None where nothing is set."""
    text = environment.get(name, "").strip()
    if text and not _AMOUNT.fullmatch(text):
        problems.append(f'{name} is "{text[:20]}"; write an amount of the company\'s currency such as 50000.00.')
        return None
    return int(text.replace(".", "")) if text else None


def _period_calendar(text: str, problems: list[str]) -> tuple[int, int, time, int]:
    """The working day of calculation, the working day and hour at which the review ends, and the day of pay."""
    found = _PERIOD_CALENDAR.fullmatch(" ".join(text.split()))
    numbers = {name: int(number) for name, number in found.groupdict().items()} if found else {}
    if (
        numbers
        and 1 <= numbers["calculate"] <= numbers["review"] <= LAST_WORKDAY
        and 1 <= numbers["pay"] <= LAST_PAY_DAY
        and numbers["hour"] < HOURS
        and numbers["minute"] < MINUTES
    ):
        return numbers["calculate"], numbers["review"], time(numbers["hour"], numbers["minute"]), numbers["pay"]
    problems.append(
        f'STIMUL_PERIOD_CALENDAR is "{text[:60]}"; write it like "{PERIOD_CALENDAR}": the working days 1 to '
        f"{LAST_WORKDAY} of calculation and of the end of the review, which is no earlier, and the day of pay, 1 to "
        f"{LAST_PAY_DAY}."
    )
    return 4, 5, time(12), 15


def _keys(environment: Mapping[str, str], name: str, command: str, problems: list[str]) -> tuple[str, ...]:
    keys = tuple(word.strip() for word in environment.get(name, "").split(",") if word.strip())
    for number, key in enumerate(keys, 1):
        if not _KEY.fullmatch(key):
            problems.append(
                f"{name}: key {number} is not 32 bytes in URL-safe base64 (44 characters); `{command}` gives one."
            )
    return keys


def _signing_key(environment: Mapping[str, str], problems: list[str]) -> str:
    keys = _keys(environment, "STIMUL_SIGNING_KEY", "stimul keys signing", problems)
    if len(keys) > 1:
        problems.append("STIMUL_SIGNING_KEY is one key; the public keys of earlier ones belong in STIMUL_TRUSTED_KEYS.")
    return keys[0] if keys else ""


def _database_url(text: str, problems: list[str]) -> str:
    for prefix in ("postgresql+psycopg://", "postgresql://", "postgres://"):
        if text.startswith(prefix):
            return "postgresql+psycopg://" + text.removeprefix(prefix)
    if not text.startswith("sqlite:///"):
        problems.append("DATABASE_URL must start with postgresql:// or sqlite:/// .")
    return text


def _redis_url(text: str, problems: list[str]) -> str:
    if text and not text.startswith(("redis://", "rediss://", "unix://")):
        problems.append(
            "REDIS_URL must start with redis://, rediss:// or unix:// ; leave it empty to run without Redis."
        )
    return text


def _public_url(text: str, problems: list[str]) -> str:
    if not text.startswith(("http://", "https://")):
        problems.append("STIMUL_PUBLIC_URL must start with http:// or https:// .")
    return text.rstrip("/")


def _log_level(text: str, problems: list[str]) -> str:
    level = text.upper()
    if level not in {"DEBUG", "INFO", "WARNING", "ERROR"}:
        problems.append(f'STIMUL_LOG_LEVEL is "{text}"; choose DEBUG, INFO, WARNING or ERROR.')
    return level


def _proxies(text: str, problems: list[str]) -> int:
    if text.isascii() and text.isdigit() and int(text[:3]) <= MAX_PROXIES:
        return int(text)
    problems.append(f'STIMUL_PROXIES is "{text[:20]}"; write how many proxies stand in front, 0 to {MAX_PROXIES}.')
    return 0


def _oidc(environment: Mapping[str, str], problems: list[str]) -> dict[str, str]:
    """The company's OpenID provider: all three settings, or none."""
    names = {"oidc_issuer": "ISSUER", "oidc_client_id": "CLIENT_ID", "oidc_client_secret": "CLIENT_SECRET"}
    found = {key: environment.get(f"STIMUL_OIDC_{name}", "") for key, name in names.items()}
    missing = [f"STIMUL_OIDC_{name}" for key, name in names.items() if not found[key]]
    if missing and len(missing) < len(names):
        problems.append(f"A login with OpenID Connect needs {', '.join(missing)} too.")
    return found | {"oidc_issuer": found["oidc_issuer"].rstrip("/")}


def _term(environment: Mapping[str, str], name: str, usual: int, problems: list[str]) -> int:
    text = environment.get(name) or str(usual)
    if text.isascii() and text.isdigit() and 1 <= int(text[:4]) <= MAX_KEPT:
        return int(text)
    problems.append(f'{name} is "{text[:20]}"; write a whole number, 1 to {MAX_KEPT}.')
    return usual


def _notice_days(text: str, problems: list[str]) -> int:
    if text.isascii() and text.isdigit() and len(text) <= len(str(MAX_PLAN_NOTICE_DAYS)):
        days = int(text)
        if days <= MAX_PLAN_NOTICE_DAYS:
            return days
    problems.append(
        f'STIMUL_PLAN_NOTICE_DAYS is "{text}"; write a number of working days, 0 to {MAX_PLAN_NOTICE_DAYS}.'
    )
    return PLAN_NOTICE_DAYS
