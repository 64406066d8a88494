"""The processes of the tests look for garbage as seldom as a command does: catalogs of 10,000 recipes last."""

from composer.cli.main import collect_seldom

collect_seldom()
