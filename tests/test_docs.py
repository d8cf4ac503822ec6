"""The README keeps up with the code: a command or a setting that it leaves out fails here."""

import json
from pathlib import Path

import click
import pytest

from bot.__main__ import cli
from bot.commands import INNER, SLASH, TABLE
from bot.commands.calls import first_word, named
from bot.settings import Settings

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("field", Settings.model_fields.values(), ids=lambda f: str(f.alias))
def test_every_setting_is_in_the_readme(field: object) -> None:
    """A setting has a row in the table, with its default."""
    assert f"| `{getattr(field, 'alias', '')}` |" in README


@pytest.mark.parametrize("command", TABLE, ids=lambda c: c.name)
def test_every_slash_command_is_in_the_readme(command: object) -> None:
    """A command has a row in the table, and so has each command inside it."""
    name = getattr(command, "name", "")
    inner = [f"{name} {row.name}" for row in INNER.get(name, ())] or [name]
    assert [f"{SLASH} {one}" for one in inner if f"`{SLASH} {one}" not in README] == []


def test_every_command_of_the_command_line_is_in_the_readme() -> None:
    """A command has a row, and every one of its options is named."""
    missing = [name for name in _commands(cli, "paperwire") if f"`{name}" not in README]
    options = [option for option in _options(cli) if option not in README]
    assert (missing, options) == ([], [])


def test_every_dependency_has_its_reason() -> None:
    """A library that the project needs is in the table that says why."""
    lines = (ROOT / "pyproject.toml").read_text(encoding="utf-8").split("dependencies = [")[1]
    names = [line.strip(' ",').split(">")[0] for line in lines.split("]")[0].split() if ">" in line]
    table = README.split("## What it is built on")[1].lower()
    assert len(names) > 10
    assert [name for name in names if name not in table] == []


def test_the_manifest_declares_what_the_bot_listens_to() -> None:
    """The manifest that the README has people paste names the one slash command."""
    manifest = json.loads((ROOT / "manifest.json").read_text(encoding="utf-8"))
    (command,) = manifest["features"]["slash_commands"]
    assert command["command"] == SLASH
    hinted = [first_word(part)[0] for part in command["usage_hint"].split("|")[1:]]
    assert [word for word in hinted if named(TABLE, word) is None] == []


def test_every_link_inside_the_readme_leads_somewhere() -> None:
    """Files that the README links to are in the repository."""
    links = [part.split(")")[0] for part in README.split("](")[1:]]
    assert [link for link in links if "://" not in link and not (ROOT / link).exists()] == []


def _commands(group: click.Group, prefix: str) -> list[str]:
    names: list[str] = []
    for name, command in group.commands.items():
        path = f"{prefix} {name}"
        names += _commands(command, path) if isinstance(command, click.Group) else [path]
    return names


def _options(group: click.Group) -> list[str]:
    options: list[str] = []
    for command in group.commands.values():
        if isinstance(command, click.Group):
            options += _options(command)
        else:
            options += [p.opts[0] for p in command.params if isinstance(p, click.Option)]
    return options
