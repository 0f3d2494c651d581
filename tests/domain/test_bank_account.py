"""Bank accounts are checked before anything is kept, never repeated where they are wrong, and shown masked."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.bank_account import LENGTHS, InvalidAccountNumberError, bank_account
from service.domain.latin import latin

GOOD = ("BG80BNBG96611020345678", "DE89370400440532013000", "NO9386011117947", "MT84MALT011000012345MTLCAST001S")
CHARACTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"


@pytest.mark.parametrize("iban", GOOD)
def test_an_account_is_read_as_people_type_it(iban: str) -> None:
    spaced = " ".join(iban[place : place + 4] for place in range(0, len(iban), 4)).lower()
    assert bank_account(f" {spaced} ", "bnbg bgsd").iban == iban
    assert bank_account(iban).masked == f"{iban[:4]}{'*' * (len(iban) - 8)}{iban[-4:]}"


@given(st.sampled_from(GOOD), st.data())
def test_one_wrong_digit_or_letter_is_always_found(iban: str, data: st.DataObject) -> None:
    place = data.draw(st.integers(2, len(iban) - 1))
    alike = [letter for letter in CHARACTERS if letter.isdigit() == iban[place].isdigit() and letter != iban[place]]
    other = data.draw(st.sampled_from(alike))
    wrong = iban[:place] + other + iban[place + 1 :]
    with pytest.raises(InvalidAccountNumberError) as refused:
        bank_account(wrong)
    assert wrong not in refused.value.detail


@given(st.sampled_from(GOOD), st.data())
def test_two_neighbours_exchanged_are_found(iban: str, data: st.DataObject) -> None:
    places = [place for place in range(4, len(iban) - 1) if iban[place] != iban[place + 1]]
    place = data.draw(st.sampled_from(places))
    with pytest.raises(InvalidAccountNumberError, match="check digits"):
        bank_account(iban[:place] + iban[place + 1] + iban[place] + iban[place + 2 :])


@pytest.mark.parametrize(
    ("iban", "bic", "told"),
    [
        ("", "", "is not an IBAN"),
        ("BG80", "", "is not an IBAN"),
        ("7523169263", "", "is not an IBAN"),
        ("BG80BNBG9661102034567", "", "has 22 characters; this one has 21"),
        ("US64SVBKUS6S3300958879", "", "reaches accounts of US"),
        ("BG81BNBG96611020345678", "", "check digits"),
        (GOOD[0], "BNBG", "not a BIC"),
    ],
)
def test_what_is_wrong_is_told(iban: str, bic: str, told: str) -> None:
    with pytest.raises(InvalidAccountNumberError, match=told):
        bank_account(iban, bic)


def test_every_length_is_one_that_an_iban_can_have() -> None:
    assert {15 <= length <= 34 for length in LENGTHS.values()} == {True}


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("Борис Щърбанов", "Boris Shtarbanov"),
        ("София Чешмеджиева-Юнакова", "Sofia Cheshmedzhieva-Yunakova"),
        ("ЮЛИЯ", "YULIA"),
        ("Zoë Öztürk", "Zoe Ozturk"),
        ("Søren Łukasz", "Soren Lukasz"),
        ('=1+a_b & "c"', ".1+a.b . .c."),
        ("李", "."),
    ],
)  # fmt: skip
def test_a_name_is_written_in_the_letters_that_banks_read(name: str, told: str) -> None:
    assert latin(name) == told


@given(st.text(max_size=60))
def test_whatever_a_name_holds_the_bank_can_read_it(name: str) -> None:
    allowed = set(CHARACTERS + CHARACTERS.lower() + "/-?:().,'+ ")
    assert set(latin(name)) <= allowed
