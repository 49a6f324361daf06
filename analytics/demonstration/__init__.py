"""The demonstration study: synthetic, seeded, and labelled so on every page."""

from analytics.demonstration.study import seed_demonstration

__all__ = ["seed_demonstration"]
