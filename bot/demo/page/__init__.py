"""The local Slack as a page in the browser: people act in it as they do in Slack.

It is a window on `LocalSlack` and nothing more: it shows what stands there, and has people act. It
speaks to no bot.
"""
