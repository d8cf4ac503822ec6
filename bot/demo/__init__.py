"""A Slack on your own machine: for trying the bot, and for its tests.

It serves the Web API on loopback, keeps the state that Slack would keep, refuses what Slack would
refuse, and lets people act. It never imports the bot; the bot reaches it by `SLACK_API_URL`.

    with LocalSlack() as slack:                        # slack.url == "http://127.0.0.1:PORT/api/"
        team = slack.add_workspace("Lab")              # .bot_token .app_token .signing_secret
        ada = team.add_person("Ada", tz="Europe/London")
        general = team.add_channel("general", members=[ada])
        slack.connect(team, "http://127.0.0.1:3000/slack/events")
        seen = ada.types("/papers speech translation", channel=general)
        seen[-1].text, seen[-1].blocks, seen[-1].controls, seen.modal, seen.home, seen.errors
        ada.presses(seen[-1], "save")                  # action id, label or index
        ada.presses(seen[-1], "more", "hide")          # an option by value, label or index
        ada.submits(ada.modal, {"block": {"action": "typed, or an option"}})
        ada.opens_home(); ada.says("hello", general)
        team.direct_messages(ada); ada.sees(general)
        slack.calls, slack.deliveries                  # what the bot called; what it was sent
        slack.fail("chat.postMessage", status=500, taken=True)
        firm = slack.add_workspace("Firm", installed=False)   # by OAuth, in a browser
        slack.grants.client_id, slack.grants.client_secret, slack.grants.token_seconds
        firm.uninstalls()
"""

from bot.demo.controls import Control, NoSuchChoice
from bot.demo.delivery import Ack, Delivery, Link
from bot.demo.faults import Fault
from bot.demo.local import LocalSlack
from bot.demo.messages import Message
from bot.demo.modals import NotFilled
from bot.demo.person import Person
from bot.demo.rates import Rates
from bot.demo.seen import Seen
from bot.demo.team import Team
from bot.demo.views import View

__all__ = [
    "Ack",
    "Control",
    "Delivery",
    "Fault",
    "Link",
    "LocalSlack",
    "Message",
    "NoSuchChoice",
    "NotFilled",
    "Person",
    "Rates",
    "Seen",
    "Team",
    "View",
]
