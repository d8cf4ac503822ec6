"""Ranks papers against queries and profiles. Text and numbers only."""

from recommender.models import Interest, InterestKind, Match, Paper, Profile, Reason

__all__ = ["Interest", "InterestKind", "Match", "Paper", "Profile", "Reason"]
