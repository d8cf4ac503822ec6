"""The parts of the command line that need no Slack, and how its errors are said."""
