"""Values and what is wanted in their place, in the words of somebody who writes policies and not code."""

import re
from collections.abc import Mapping
from typing import Any

from modelgate.policy.file_model import ACCOUNT, DAY, DIGEST, FOLDER, INSTANCE, NAME, RESULT, SAYING, SERVER

_PATTERNS = {
    NAME: "a name of lower-case letters, digits and single hyphens, such as credit-watched",
    SAYING: "a text that says something",
    ACCOUNT: "an account of 12 digits, in quotes",
    RESULT: "a check, or a check and its slice, such as di[race=white]",
    DAY: "a day, such as 2027-03-31",
    DIGEST: "sha256: and 64 hex digits",
    FOLDER: "a folder's path below another, such as imported/bbq",
    INSTANCE: "an instance type, such as ml.g5.xlarge",
    SERVER: "an address, such as https://models.example.com",
}
_KINDS = {
    "bool_type": "true or false",
    "dict_type": "a block of keys and values",
    "float_type": "a number, such as 0.8",
    "int_from_float": "a whole number",
    "int_type": "a whole number",
    "list_type": "a list",
    "model_attributes_type": "a block of keys and values",
    "model_type": "a block of keys and values",
    "finite_number": "a finite number",
    "string_type": "a text",
}
_NUMBER = re.compile(r"[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d{1,3})?", re.ASCII)


def shown(value: Any) -> str:
    """*value* as its author would recognise it."""
    if value is None:
        return "empty"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dict | list):
        what = "a list" if isinstance(value, list) else "a block of keys and values"
        return what if value else f"empty ({'[]' if isinstance(value, list) else '{}'})"
    if isinstance(value, str):
        return ascii(value) if len(value) <= 60 else f"{value[:60]!a} …"
    return str(value)


def wanted(fault: Mapping[str, Any]) -> str:
    """What one of pydantic's faults asks for; see its list of error types."""
    given, asked = fault["input"], fault.get("ctx", {})
    match fault["type"]:
        case "string_type" if isinstance(given, bool | int | float):
            return "a text, in quotes"
        case "float_type" | "int_type" if isinstance(given, str) and _NUMBER.fullmatch(given):
            return f"the number {_plain(float(given))} without quotes"
        case "literal_error" | "enum":
            return str(asked["expected"]).replace("'", "")
        case "string_pattern_mismatch":
            return _PATTERNS.get(asked["pattern"], f"a text that fits {asked['pattern']}")
        case "string_too_long":
            return f"at most {asked['max_length']} characters"
        case "too_short" | "too_long":
            return _entries(fault["type"], asked)
        case "greater_than" | "greater_than_equal" | "less_than" | "less_than_equal":
            return _limit(fault["type"], asked)
        case kind:
            return _KINDS.get(kind) or f"something else ({fault['msg']})"


def _entries(kind: str, asked: Mapping[str, Any]) -> str:
    most = kind == "too_long"
    count = asked["max_length" if most else "min_length"]
    return f"at {'most' if most else 'least'} {count} {'entry' if count == 1 else 'entries'}"


def _limit(kind: str, asked: Mapping[str, Any]) -> str:
    words = {"gt": "above", "ge": "of at least", "lt": "below", "le": "of at most"}
    key, limit = next((key, asked[key]) for key in words if key in asked)
    return f"a number {words[key]} {limit:g}" if isinstance(limit, float) else f"a number {words[key]} {limit}"


def _plain(number: float) -> str:
    """*number* in a form that YAML 1.1 takes for one: with a point before an exponent."""
    text = f"{number:.12g}"
    return text.replace("e", ".0e") if "e" in text and "." not in text else text
