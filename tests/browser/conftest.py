"""The engine's browser, for the lesson."""

from engine.tests.browser.conftest import browser, page, shoot
from engine.tests.conftest import warm

__all__ = ["browser", "page", "shoot", "warm"]
