"""Ranks papers against queries and profiles. Text and numbers only."""

from recommender.findings import LIKES
from recommender.identity import paper_id, title_id, title_key, written_id
from recommender.index import Index
from recommender.learning import LearnedTerm
from recommender.models import Interest, InterestKind, Match, Paper, Profile, Reason
from recommender.parameters import DEFAULT, Parameters
from recommender.query import Filter, FilterName, Query, QueryError, parse
from recommender.ranking import Ranking, Subset
from recommender.selection import Dues, choose
from recommender.storage import IndexFileError
from recommender.works import Work, best_id, contradict, same_work

__all__ = [
    "DEFAULT",
    "LIKES",
    "Dues",
    "Filter",
    "FilterName",
    "Index",
    "IndexFileError",
    "Interest",
    "InterestKind",
    "LearnedTerm",
    "Match",
    "Paper",
    "Parameters",
    "Profile",
    "Query",
    "QueryError",
    "Ranking",
    "Reason",
    "Subset",
    "Work",
    "best_id",
    "choose",
    "contradict",
    "paper_id",
    "parse",
    "same_work",
    "title_id",
    "title_key",
    "written_id",
]
