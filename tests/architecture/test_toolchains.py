"""What every shipped toolchain must have."""

from __future__ import annotations

from typing import get_args

from composer.load.shipped import shipped_folder
from composer.load.toolchain import load_toolchains
from composer.model.manifest import Manifest


def test_every_toolchain_has_flags_for_every_profile() -> None:
    profiles = set(get_args(Manifest.model_fields["profile"].annotation))
    toolchains = load_toolchains(shipped_folder("toolchains"))
    assert toolchains
    assert {name: set(facts.profiles) for name, (facts, _) in toolchains.items()} == dict.fromkeys(toolchains, profiles)


def test_link_time_optimisation_is_of_profiles_that_there_are() -> None:
    profiles = set(get_args(Manifest.model_fields["profile"].annotation))
    for facts, _ in load_toolchains(shipped_folder("toolchains")).values():
        assert set(facts.lto.profiles) <= profiles
