"""From plain values to a model: every mistake of a file at once, each with its place and a hint."""

from __future__ import annotations

import typing
from collections.abc import Iterable, Iterator
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from composer.errors import Code, Diagnostic, raise_any
from composer.load.document import Document
from composer.load.suggest import hint_for, nearest
from composer.model.value import Value

ModelT = TypeVar("ModelT", bound=Value)

# What a person would say for pydantic's error types; the rest speak for themselves.
_SENTENCES = {
    "string_type": "must be text",
    "int_type": "must be a whole number",
    "bool_type": "must be true or false",
    "tuple_type": "must be a list",
    "frozen_set_type": "must be a list",
    "dict_type": "must be a mapping",
    "mapping_type": "must be a mapping",
    "model_type": "must be a mapping",
    "model_attributes_type": "must be a mapping",
}


def check(model: type[ModelT], document: Document) -> ModelT:
    """`document` as `model`; raises ComposerError with all mistakes of the file."""
    value, mistakes = examine(model, document)
    raise_any(in_order(mistakes))
    assert value is not None, "a document without mistakes has a value"
    return value


def examine(
    model: type[ModelT], document: Document, also: Iterable[Diagnostic] = ()
) -> tuple[ModelT | None, list[Diagnostic]]:
    """`document` as `model`, None if it is none; and all its mistakes, those of reading it and `also` first.

    Of two mistakes at one place the first is told.
    """
    before = [*document.mistakes, *also]
    try:
        return model.model_validate(document.value), before
    except ValidationError as error:
        details = error.errors(include_url=False)
    meant = {meaning for detail in details if (meaning := _meaning(model, detail)) is not None}
    known = {diagnostic.at for diagnostic in before}
    found = [diagnose(model, document, d) for d in details if not (d["type"] == "missing" and d["loc"] in meant)]
    return None, [*before, *(d for d in dict.fromkeys(found) if d.at not in known)]


def _meaning(model: type[Value], detail: ErrorDetails) -> tuple[int | str, ...] | None:
    """The path of the key which an unknown key probably means: it is not reported as missing too."""
    if detail["type"] != "extra_forbidden":
        return None
    *parents, key = detail["loc"]
    near = nearest(str(key), _fields_of(_model_at(model, tuple(parents))))
    return (*parents, near) if near else None


def in_order(diagnostics: Iterable[Diagnostic]) -> list[Diagnostic]:
    """`diagnostics` of one file by their places."""
    return sorted(diagnostics, key=_line_of)


def _line_of(diagnostic: Diagnostic) -> tuple[int, int]:
    return (diagnostic.at.line, diagnostic.at.column) if diagnostic.at else (0, 0)


def diagnose(model: type[Value], document: Document, detail: ErrorDetails) -> Diagnostic:
    """One of pydantic's findings as a diagnostic."""
    path = _path_in(document.value, detail["loc"])
    at = document.places.at(*path)
    match detail["type"]:
        case "extra_forbidden":
            key = str(path[-1])
            known = _fields_of(_model_at(model, detail["loc"][:-1]))
            hint = hint_for(key, known, "keys here")
            return Diagnostic(Code.UNKNOWN_KEY, f"unknown key '{key}'", document.places.at_key(*path), hint)
        case "missing":
            key = str(detail["loc"][-1])
            where = f" in '{'.'.join(map(str, path))}'" if path else ""
            return Diagnostic(Code.MISSING_KEY, f"the key '{key}' is missing{where}", at, f"add a line `{key}: …`")
        case kind:
            sentence, advice = _wrong_value(kind, detail)
            name = ".".join(map(str, path)) or "the file"
            return Diagnostic(Code.WRONG_VALUE, f"{name}: {sentence}", at, advice)


def _wrong_value(kind: str, detail: ErrorDetails) -> tuple[str, str | None]:
    """What is wrong with a value, and the next thing to try."""
    value = detail["input"]
    match kind:
        case "literal_error" | "enum":
            choices = str(detail["ctx"]["expected"]).replace(" or ", ", ").replace("'", "").split(", ")
            near = nearest(value, choices) if isinstance(value, str) else None
            return f"{spell(value)} is not one of {', '.join(choices)}", f"did you mean '{near}'?" if near else None
        case "string_pattern_mismatch" if "A-Z" in str(detail["ctx"]):
            return f"{spell(value)} is not a legal symbol", "write a C identifier"
        case "string_pattern_mismatch":
            signs = "digits, - and _" if "_-" in str(detail["ctx"]) else "digits and -"
            hint = f"start with a lower-case letter; then lower-case letters, {signs}"
            return f"{spell(value)} is not a legal name", hint
        case "value_error" if isinstance(value, dict):
            return str(detail["ctx"]["error"]), None
        case "value_error":
            return f"{spell(value)} is not accepted", str(detail["ctx"]["error"])
        case "too_short":
            return "must not be empty", None
        case _:
            sentence = _SENTENCES.get(kind, detail["msg"])
            return f"{sentence}, not {spell(value)}", _spelled_as(sentence, value)


def _spelled_as(sentence: str, value: object) -> str | None:
    """How the value, which has the wrong type, could be written instead."""
    match sentence, value:
        case "must be text", bool() | int():
            return f'put it in quotes: "{str(value).lower()}"'
        case "must be text", list():
            return "write one word, without brackets"
        case "must be a list", str() | int():
            return f"write [{value}]"
        case "must be a mapping", _:
            return "write lines of `key: value` below it"
        case _:
            return None


def spell(value: object) -> str:
    """A value as a sentence names it."""
    match value:
        case bool():
            return str(value).lower()
        case int():
            return f"the number {value}"
        case None:
            return "nothing"
        case dict():
            return "a mapping"
        case list():
            return "a list" if value else "an empty list"
        case _:
            return f"'{value}'"


def _path_in(value: Any, location: tuple[int | str, ...]) -> tuple[int | str, ...]:
    """The part of pydantic's `location` that stands in the file (it also names validators and missing keys)."""
    path: list[int | str] = []
    for part in location:
        if (isinstance(value, dict) and part in value) or (
            isinstance(value, list) and isinstance(part, int) and part < len(value)
        ):
            path.append(part)
            value = value[part]  # type: ignore[index]  # the line above says that it has it
    return tuple(path)


def _fields_of(model: type[BaseModel]) -> dict[str, FieldInfo]:
    """The model's fields by their keys in a file."""
    return {field.alias or name: field for name, field in model.model_fields.items()}


def _model_at(model: type[BaseModel], location: tuple[int | str, ...]) -> type[BaseModel]:
    """The model that pydantic was filling at `location`."""
    for part in location:
        field = _fields_of(model).get(str(part))
        if field is not None:
            model = next(_models_in(field.annotation), model)
    return model


def _models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for argument in typing.get_args(annotation):
        yield from _models_in(argument)
