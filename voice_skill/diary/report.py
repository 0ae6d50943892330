"""The diary as one printable HTML page for a health-care provider; it holds all that it needs.

A content security policy keeps the page to its own style: no script, nothing from any network.
"""

from __future__ import annotations

import base64
import datetime
import hashlib
from collections.abc import Callable, Mapping, Sequence
from importlib.resources import files
from pathlib import Path

from voice_skill.diary.overview import overview
from voice_skill.domain.diary import Episode, Moment
from voice_skill.files.extras import require
from voice_skill.files.private_file import write_private

PAGE = files(__package__) / "page"


def require_renderer() -> None:
    """Raise UsageError, with what to install, where the page's library is missing."""
    require("a report", "jinja2", instead="use: voice-skill diary export --csv")


def write_report(
    path: Path, episodes: Sequence[Episode], routines: Mapping[str, str], now: Moment
) -> None:
    """Write the page, whole or not at all, for its owner alone; UsageError where that cannot be."""
    write_private(path, report(episodes, routines, now))


def report(episodes: Sequence[Episode], routines: Mapping[str, str], now: Moment) -> str:
    """Return the page; `routines` says how their ids are written, `now` is when it is made."""
    require_renderer()
    from jinja2 import Environment, FunctionLoader, StrictUndefined
    from markupsafe import Markup

    css = (PAGE / "diary.css").read_text("utf-8")
    environment = Environment(
        loader=FunctionLoader(lambda name: (PAGE / name).read_text("utf-8")),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"day": _day, "clock": _clock, "routine": _written(routines)}
    digest = base64.b64encode(hashlib.sha256(css.encode()).digest()).decode("ascii")
    return environment.get_template("diary.html.j2").render(
        css=Markup(css),
        policy=f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'",
        seen=overview(episodes, routines),
        now=now,
    )


def _written(routines: Mapping[str, str]) -> Callable[[str | None], str]:
    """Return the filter that writes the routine of an entry."""
    return lambda routine: "" if routine is None else routines.get(routine, routine)


def _day(date: datetime.date) -> str:
    return f"{date.day} {date:%B %Y}"


def _clock(at: Moment) -> str:
    return f"{at:%H:%M}"
