"""How good a ranking is: test collections, the rankings compared on them, table and picture.

All but `collection` needs the extra `evaluate`; what the command line must know without it is here.
"""

PEER_NAMES = ("naive", "stemmed", "words")
"""What `--compare` knows; see `rankers.PEERS`."""

ENDINGS = (".png", ".svg")
"""How the name of a picture may end."""
