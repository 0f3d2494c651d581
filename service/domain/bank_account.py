"""Bank accounts: IBAN and BIC, checked before anything is kept or sent, and masked wherever they are shown."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta

from service.domain.errors import BusinessConflictError, InvalidError, NotFoundError

MODULUS = 97
"""The check of ISO 13616: the rearranged number leaves 1."""

FIRST_LETTER = 10
"""A stands for 10 in the check, Z for 35."""

SHOWN_CHARACTERS = 4
"""At each end of a masked number: country and check digits, and enough of the end to tell two accounts apart."""

_IBAN = re.compile(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}")
_BIC = re.compile(r"[A-Z0-9]{4}[A-Z]{2}[A-Z0-9]{2}([A-Z0-9]{3})?")

LENGTHS = {
    "AD": 24, "AT": 20, "BE": 16, "BG": 22, "CH": 21, "CY": 28, "CZ": 24, "DE": 22, "DK": 18, "EE": 20, "ES": 24,
    "FI": 18, "FR": 27, "GB": 22, "GI": 23, "GR": 27, "HR": 21, "HU": 28, "IE": 22, "IS": 26, "IT": 27, "LI": 21,
    "LT": 20, "LU": 20, "LV": 21, "MC": 27, "MT": 31, "NL": 18, "NO": 15, "PL": 28, "PT": 25, "RO": 24, "SE": 24,
    "SI": 19, "SK": 24, "SM": 27, "VA": 22,
}  # fmt: skip
"""How long the number is in each country that a SEPA payment reaches."""


class InvalidAccountNumberError(InvalidError):
    """An IBAN or BIC that is none; it is never repeated."""

    code = "invalid_iban"


class NotByInvoiceError(BusinessConflictError):
    """A bank account was to be kept of somebody whom payroll pays: the company has it there."""

    code = "not_by_invoice"

    def __init__(self, person_id: str) -> None:
        super().__init__(
            f"{person_id} does not send an invoice, and bank accounts are kept of nobody else. Import the person with "
            "`pay_channel` invoice first, or leave the account with payroll."
        )


class NoBankAccountError(NotFoundError):
    """Nothing is kept to be shown or forgotten."""

    code = "no_bank_account"

    def __init__(self, person_id: str) -> None:
        super().__init__(f"No bank account of {person_id} is kept.")


KEPT_AFTER = timedelta(days=62)
"""How long an account is kept after its owner's last invoice: two months, in which the last one is closed and paid."""


@dataclass(frozen=True, slots=True)
class BankAccount:
    """Where money is sent: an IBAN, and perhaps the BIC of its bank."""

    iban: str
    bic: str = ""

    @property
    def masked(self) -> str:
        """The IBAN as people may see it."""
        return masked_iban(self.iban)


def masked_iban(iban: str) -> str:
    """The ends of an IBAN, with stars between them."""
    hidden = len(iban) - 2 * SHOWN_CHARACTERS
    return iban[:SHOWN_CHARACTERS] + "*" * hidden + iban[-SHOWN_CHARACTERS:]


def bank_account(iban: str, bic: str = "") -> BankAccount:
    """An account as somebody typed it, spaces and small letters allowed; raises `InvalidAccountNumberError`."""
    number, bank = _bare(iban), _bare(bic)
    wrong = _wrong_iban(number) or _wrong_bic(bank)
    if wrong:
        raise InvalidAccountNumberError(wrong)
    return BankAccount(number, bank)


def _bare(text: str) -> str:
    return "".join(text.split()).upper()


def _wrong_iban(iban: str) -> str:
    """What is wrong with an IBAN, in a sentence; empty if nothing is."""
    if not _IBAN.fullmatch(iban):
        return "This is not an IBAN: two letters of the country, two digits, then the number of the account."
    length = LENGTHS.get(iban[:2])
    if length is None:
        return f"No SEPA payment reaches accounts of {iban[:2]}; ask the bank for another way."
    if len(iban) != length:
        return f"An IBAN of {iban[:2]} has {length} characters; this one has {len(iban)}."
    if not _checks(iban):
        return "The check digits of this IBAN are wrong: some character is mistyped."
    return ""


def _checks(iban: str) -> bool:
    digits = "".join(
        character if character.isdigit() else str(ord(character) - ord("A") + FIRST_LETTER)
        for character in iban[4:] + iban[:4]
    )
    return int(digits) % MODULUS == 1


def _wrong_bic(bic: str) -> str:
    return "" if not bic or _BIC.fullmatch(bic) else "This is not a BIC: it has 8 or 11 letters and digits."
