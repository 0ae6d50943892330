"""An offline voice assistant for ankle and foot twitches and night spasms."""

from importlib.metadata import PackageNotFoundError, version

try:
    __version__ = version("voice-skill")
except PackageNotFoundError:  # a plain checkout on the path, not installed
    __version__ = "0+unknown"
