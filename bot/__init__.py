"""The bot: everything with a clock, a disk or a network."""
