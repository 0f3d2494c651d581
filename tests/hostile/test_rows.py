"""The forty inputs of the design, each with the test that sends it to a real server."""

from __future__ import annotations

import re
from pathlib import Path

from tests.repository import ROOT

TESTS = {
    1: "hostile/test_native_inputs: the same event over sixteen connections",
    2: "hostile/test_native_inputs: a batch with its own duplicate and old ones",
    3: "hostile/test_native_inputs: the same id with another amount",
    4: "hostile/test_native_inputs: other order and spelling of the same",
    5: "hostile/test_vendor_inputs: a retry with another attempt",
    6: "faults/test_kills: killed after the commit and before the answer",
    7: "hostile/test_outages: Redis is down",
    8: "hostile/test_outages: PostgreSQL is down, slow or frozen",
    9: "hostile/test_native_inputs: a void before its event",
    10: "hostile/test_vendor_inputs: changes in reverse order",
    11: "hostile/test_vendor_inputs: won, lost and won within a second",
    12: "hostile/test_slow_and_late: an event of a closed month",
    13: "hostile/test_native_inputs: a time to come",
    14: "hostile/test_native_inputs: times that are none, and a leap second",
    15: "hostile/test_vendor_inputs: local times the clock skips or shows twice",
    16: "hostile/test_native_inputs: an unknown user",
    17: "hostile/test_native_inputs: duplicate keys",
    18: "hostile/test_native_inputs: numbers out of range",
    19: "hostile/test_native_inputs: NaN and infinity",
    20: "hostile/test_native_inputs: a number that a float cannot hold",
    21: "hostile/test_native_inputs: nested too deep",
    22: "hostile/test_native_inputs: NUL and lone surrogates",
    23: "hostile/test_native_inputs: other encodings, and a byte order mark",
    24: "hostile/test_native_inputs: ids that are too long, odd or only look dangerous",
    25: "hostile/test_native_inputs: nothing, and less than an event",
    26: "hostile/test_native_inputs: media types",
    27: "hostile/test_native_inputs: a CloudEvent without an id",
    28: "hostile/test_native_inputs: a body over the limit",
    29: "hostile/test_native_inputs: packed bodies",
    30: "hostile/test_slow_and_late: a byte a second",
    31: "hostile/test_signatures: timestamps of another time, and none",
    32: "hostile/test_signatures: signatures that are none",
    33: "hostile/test_vendor_inputs: the host that a request names",
    34: "hostile/test_signatures: rotation of keys",
    35: "hostile/test_vendor_inputs: a source that proves nothing",
    36: "hostile/test_vendor_inputs: forms nobody could read",
    37: "hostile/test_vendor_inputs: parts with another boundary",
    38: "hostile/test_vendor_inputs: SOAP",
    39: "hostile/test_vendor_inputs: pings and echoes",
    40: "hostile/test_bulk_edit: two thousand hooks at once",
}
"""By the number of the input: the file of its tests, and what is sent."""

NUMBERED = re.compile(r"^def test_(\d\d)(?:_(and|to)_(\d\d))?_", re.MULTILINE)


def numbers_of(file: Path) -> set[int]:
    """The inputs that the tests of a file send, by their names."""
    found: set[int] = set()
    for first, word, last in NUMBERED.findall(file.read_text()):
        found |= set(range(int(first), int(last) + 1)) if word == "to" else {int(first), int(last or first)}
    return found


def test_every_one_of_the_forty_inputs_has_its_test() -> None:
    assert list(TESTS) == list(range(1, 41))
    for number, told in TESTS.items():
        assert number in numbers_of(ROOT / "tests" / f"{told.partition(':')[0]}.py"), told
