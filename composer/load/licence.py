"""Licences: is a word of a recipe an SPDX expression, and which one may the text of a file be."""

from __future__ import annotations

import re

from packaging.licenses import InvalidLicenseExpression, canonicalize_license_expression

from composer.load.suggest import nearest

UNDECIDED = "?"  # what a recipe says whose licence nobody has looked up yet
FILES = ("LICENSE", "LICENCE", "COPYING", "UNLICENSE")  # how files with a licence begin, in any case

_TAG = re.compile(r"SPDX-License-Identifier:[ \t]*([A-Za-z0-9.+() -]+?)[ \t]*(?:\*/)?$", re.MULTILINE)

# Words that only the text of this licence has, the more special first.
_TEXTS = (
    ("Apache-2.0", ("apache license", "version 2.0")),
    ("MPL-2.0", ("mozilla public license version 2.0",)),
    ("LGPL-3.0-or-later", ("gnu lesser general public license", "version 3, 29 june 2007")),
    ("LGPL-2.1-or-later", ("gnu lesser general public license", "version 2.1, february 1999")),
    ("AGPL-3.0-or-later", ("gnu affero general public license", "version 3")),
    ("GPL-3.0-or-later", ("gnu general public license", "version 3, 29 june 2007")),
    ("GPL-2.0-or-later", ("gnu general public license", "version 2, june 1991")),
    ("BSL-1.0", ("boost software license - version 1.0",)),
    ("Unlicense", ("this is free and unencumbered software released into the public domain",)),
    ("CC0-1.0", ("cc0 1.0 universal",)),
    ("Zlib", ("the origin of this software must not be misrepresented", "altered source versions")),
    (
        "ISC",
        ("permission to use, copy, modify, and/or distribute this software for any purpose", "appear in all copies"),
    ),
    ("ISC", ("permission to use, copy, modify, and distribute this software for any purpose", "appear in all copies")),
    ("BSD-3-Clause", ("redistribution and use in source and binary forms", "may be used to endorse")),
    ("BSD-2-Clause", ("redistribution and use in source and binary forms", "this list of conditions")),
    ("MIT", ("permission is hereby granted, free of charge", "the above copyright notice and this permission notice")),
)


def wrong_licence(word: str) -> tuple[str, str] | None:
    """What is wrong with a recipe's licence and what to do about it; None if it is an SPDX expression."""
    if word == UNDECIDED:
        return (
            "nobody has decided what its licence is",
            "look into the sources and write it in SPDX's words, such as MIT",
        )
    try:
        canonical = str(canonicalize_license_expression(word))
    except InvalidLicenseExpression:
        near = nearest(word, [spdx for spdx, _ in _TEXTS])
        hint = f"did you mean '{near}'?" if near else "see spdx.org/licenses; what has no name there is LicenseRef-NAME"
        return f"'{word}' is no licence in SPDX's words", hint
    return None if canonical == word else (f"'{word}' is not as SPDX writes it", f"write {canonical}")


def recognised(text: str) -> str | None:
    """The licence whose text this is, or that it names by a tag; None for any other."""
    tag = _TAG.search(text)
    if tag is not None and wrong_licence(tag[1]) is None:
        return tag[1]
    plain = re.sub(r"[\s*#/\"“”]+", " ", text.lower())
    return next((spdx for spdx, words in _TEXTS if all(word in plain for word in words)), None)
