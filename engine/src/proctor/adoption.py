"""The earlier place of `proctor.nbgrader.adopt`, which courses' ``nbgrader_config.py`` may name."""

from __future__ import annotations

from proctor.nbgrader import adopt

__all__ = ["adopt"]
