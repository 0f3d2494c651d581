"""JSON as senders write it: bytes to values with exact numbers, every limit checked before anything can break."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation

import msgspec

from service.domain.errors import MalformedError
from service.domain.event import JsonValue, canonical_json

MAX_DEPTH = 32
"""Nesting of any real message is below ten; each level costs a stack frame."""

MAX_KEYS = 1_000
"""Keys of one object: the widest CRM record seen has some 300."""

MAX_STRING_BYTES = 32 * 1024
"""Longest text: a note or description; longer ones are documents and belong elsewhere."""

MAX_INTEGER_DIGITS = 38
"""What a database can hold exactly; converting longer ones takes quadratic time."""

MAX_DECIMAL_DIGITS = 28
"""Digits of a decimal number, the exact range of decimal arithmetic."""

MAX_EXPONENT = 18
"""Places before or after the point that an exponent may ask for: 1e400 would otherwise become 400 digits."""

MAX_NUMBER_CHARACTERS = 64
"""No number within the limits above is written longer."""

_BOM = b"\xef\xbb\xbf"
_LONG_NUMBER = b"0" * (MAX_INTEGER_DIGITS + 1)
_AS_ZEROS = bytes.maketrans(b"123456789", b"000000000")
_SPACED_KEY = re.compile(rb'"[ \t\r\n]+:')
_BAD_TEXT = re.compile("[\0\ud800-\udfff]")


class JsonTextError(MalformedError):
    """A body that is not JSON as we read it."""

    code = "not_json"


class EmptyBodyError(JsonTextError):
    """A request without a body."""

    code = "empty_body"

    def __init__(self) -> None:
        super().__init__("The body is empty. Send one event as a JSON object, or several as an array.")


class EncodingError(JsonTextError):
    """A body in another encoding than UTF-8."""

    code = "invalid_encoding"

    def __init__(self) -> None:
        super().__init__("The body is not UTF-8. Send JSON encoded as UTF-8.")


class SyntaxMistakeError(JsonTextError):
    """A body that breaks the grammar of JSON."""

    def __init__(self, error: json.JSONDecodeError) -> None:
        super().__init__(f"The body is not JSON: {error.msg}, at line {error.lineno}, column {error.colno}.")


class DuplicateKeyError(JsonTextError):
    """An object that says the same key twice: nobody knows which one is meant."""

    code = "duplicate_key"

    def __init__(self) -> None:
        super().__init__("An object has the same key twice. Each key may appear once.")


class TooDeepError(JsonTextError):
    """Nesting beyond the limit."""

    code = "too_deep"

    def __init__(self) -> None:
        super().__init__(f"Arrays and objects are nested deeper than {MAX_DEPTH} levels.")


class TooManyKeysError(JsonTextError):
    """An object wider than the limit."""

    code = "too_many_keys"

    def __init__(self) -> None:
        super().__init__(f"An object has more than {MAX_KEYS} keys.")


class NumberRangeError(JsonTextError):
    """A number that is none, or that no calculation of ours could hold."""

    code = "number_out_of_range"

    def __init__(self) -> None:
        super().__init__(
            f"A number is out of range: at most {MAX_INTEGER_DIGITS} digits for whole numbers, {MAX_DECIMAL_DIGITS} "
            f"digits and exponents within {MAX_EXPONENT} for decimals; NaN and Infinity are not numbers."
        )


def read_json(body: bytes) -> JsonValue:
    """Read a whole document; whatever is wrong with it as a document is an error of one of the classes above.

    What is wrong with a text inside (NUL, half a surrogate pair, too long) is the business of the item that holds it:
    see `text_fault`.

    What is plainly right is read by a decoder in C; whatever that one doubts goes to our own, which is the judge.
    """
    plain = body.removeprefix(_BOM)
    try:
        value: JsonValue = _FAST.decode(plain)
    except (msgspec.MsgspecError, JsonTextError, ValueError, RecursionError):
        return judge_json(body)
    return value if _is_beyond_doubt(value, plain) else judge_json(body)


def judge_json(body: bytes) -> JsonValue:
    """Read a whole document with the reader that knows every rule and names what is broken."""
    text = _decode(body)
    try:
        value: JsonValue = _DECODER.decode(text)
    except json.JSONDecodeError as error:
        raise SyntaxMistakeError(error) from None
    except RecursionError:
        # The interpreter's own guard, far above our limit: the scanner stops there without harm.
        raise TooDeepError from None
    _demand_shallow(value)
    return value


def write_plain(value: JsonValue) -> str:
    """The text that `canonical_json` writes, for values without decimals: by an encoder in C."""
    try:
        return _WRITE.encode(value).decode()
    except (msgspec.MsgspecError, ValueError, OverflowError, TypeError):
        return canonical_json(value)


def is_suspect(value: JsonValue) -> bool:
    """Whether a value may hold a text that `text_fault` objects to, or be longer than a text may be; quick."""
    shown = repr(value)
    # What cannot be printed is shown by its number.
    return len(shown) * 4 > MAX_STRING_BYTES or "\\x00" in shown or "\\ud" in shown


def text_fault(value: JsonValue, most: int = MAX_STRING_BYTES) -> str | None:
    """What is wrong with the texts inside a value, in a sentence; None where all can be stored."""
    for text in _texts(value):
        if _BAD_TEXT.search(text):
            return "A text contains a NUL or half of a surrogate pair, which cannot be stored."
        if len(text) * 4 > most and len(text.encode()) > most:
            return f"A text is longer than {most} bytes."
    return None


def _decode(body: bytes) -> str:
    body = body.removeprefix(_BOM)
    if b"\0" in body[:4]:
        raise EncodingError
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        raise EncodingError from None
    if not text.strip():
        raise EmptyBodyError
    return text


def _is_beyond_doubt(value: JsonValue, body: bytes) -> bool:
    """Whether a decoder that keeps the last of two equal keys and any number of digits cannot have missed a fault.

    Every key of an object is followed by a colon. In the bytes a quote and a colon may also meet inside a text, so
    they count as many keys as there are, or more: if every one of them is found in the value, none was dropped.
    """
    keys, level = 0, [value]
    for _ in range(MAX_DEPTH):
        below: list[JsonValue] = []
        for outer in level:
            if type(outer) is dict:
                keys += len(outer)
                if len(outer) > MAX_KEYS:
                    return False
                below += [inner for inner in outer.values() if type(inner) in _CONTAINERS]
            elif type(outer) is list:
                below += [inner for inner in outer if type(inner) in _CONTAINERS]
        level = below
    colons = body.count(b'":') + len(_SPACED_KEY.findall(body))
    return not level and keys == colons and _LONG_NUMBER not in body.translate(_AS_ZEROS)


def _demand_shallow(value: JsonValue) -> None:
    """Go down level by level: what still holds something below the last level is too deep."""
    level = [value] if isinstance(value, dict | list) else []
    for _ in range(MAX_DEPTH):
        level = [
            inner
            for outer in level
            for inner in (outer.values() if isinstance(outer, dict) else outer)
            if isinstance(inner, dict | list)
        ]
    if level:
        raise TooDeepError


def _object(pairs: list[tuple[str, JsonValue]]) -> dict[str, JsonValue]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise DuplicateKeyError
    if len(found) > MAX_KEYS:
        raise TooManyKeysError
    return found


def _integer(text: str) -> int:
    if len(text) > MAX_INTEGER_DIGITS + text.startswith("-"):
        raise NumberRangeError
    return int(text)


def _decimal(text: str) -> Decimal:
    try:
        value = Decimal(text) if len(text) <= MAX_NUMBER_CHARACTERS else None
    except InvalidOperation:
        value = None
    if value is None or not is_in_range(value):
        raise NumberRangeError
    return value


def is_in_range(value: Decimal) -> bool:
    """Whether a decimal number is finite and within the limits."""
    _, digits, exponent = value.as_tuple()
    return isinstance(exponent, int) and len(digits) <= MAX_DECIMAL_DIGITS and abs(exponent) <= MAX_EXPONENT


def _constant(word: str) -> JsonValue:
    del word
    raise NumberRangeError


def _texts(value: JsonValue) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from value
        for item in value.values():
            if isinstance(item, str):
                yield item
            elif isinstance(item, dict | list):
                yield from _texts(item)
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item)


_CONTAINERS = {dict, list}

_WRITE = msgspec.json.Encoder(order="sorted")
_FAST = msgspec.json.Decoder(float_hook=_decimal)
_DECODER = json.JSONDecoder(
    object_pairs_hook=_object, parse_int=_integer, parse_float=_decimal, parse_constant=_constant
)
