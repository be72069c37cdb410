"""Figures: frames to draw, kinds to draw them in, and the drawing itself (which alone imports matplotlib)."""

from __future__ import annotations

from discourse.figures.kinds import Kind

__all__ = ["Kind"]
