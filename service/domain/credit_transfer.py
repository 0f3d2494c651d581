"""Credit transfers: the payment file of a month for its invoices, as ISO 20022 has it (pain.001)."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from xml.etree import ElementTree as ET

from service.domain.bank_account import BankAccount
from service.domain.latin import latin
from service.domain.money import format_minor
from service.domain.payout_settings import Payer, SepaVersion
from service.domain.period import Period

NAME_CHARACTERS, TEXT_CHARACTERS = 70, 140
"""What the rule book of SEPA gives a name and the text of a payment."""

ID_CHARACTERS = 24
"""Of a hash in an identifier, which has 35 characters with what stands before it."""

CURRENCY = "EUR"
"""The only currency of SEPA."""


@dataclass(frozen=True, slots=True)
class Transfer:
    """What one person is paid by one file, in minor units, above zero."""

    person_id: str
    name: str
    account: BankAccount
    amount_minor: int
    months: tuple[Period, ...]


@dataclass(frozen=True, slots=True)
class PaymentOrder:
    """A file for the bank: who pays, when, for which month, and everything that is paid."""

    payer: Payer
    period: Period
    made_at: datetime
    execute_on: date
    transfers: Sequence[Transfer]

    @property
    def message_id(self) -> str:
        """The same for the same order, so that a bank refuses to pay it twice."""
        told = [
            f"{item.person_id} {item.account.iban} {item.amount_minor} {' '.join(map(str, item.months))}"
            for item in self.transfers
        ]
        return f"STIMUL-{_short(f'{self.period} {self.execute_on} {self.payer.account.iban}', *told)}"


def payment_xml(order: PaymentOrder) -> bytes:
    """The order as XML; the same order gives the same bytes."""
    root = ET.Element("Document", {"xmlns": f"urn:iso:std:iso:20022:tech:xsd:{order.payer.version}"})
    initiation = ET.SubElement(root, "CstmrCdtTrfInitn")
    header = ET.SubElement(initiation, "GrpHdr")
    _add(header, "MsgId", order.message_id)
    _add(header, "CreDtTm", order.made_at.strftime("%Y-%m-%dT%H:%M:%S"))
    _add_sums(header, order)
    _add(header, "InitgPty/Nm", latin(order.payer.name)[:NAME_CHARACTERS])
    _add_payments(ET.SubElement(initiation, "PmtInf"), order)
    made: bytes = ET.tostring(root, "utf-8", xml_declaration=True)
    return made


def _add_sums(parent: ET.Element, order: PaymentOrder) -> None:
    _add(parent, "NbOfTxs", str(len(order.transfers)))
    _add(parent, "CtrlSum", format_minor(sum(item.amount_minor for item in order.transfers)))


def _add_payments(block: ET.Element, order: PaymentOrder) -> None:
    version = order.payer.version
    _add(block, "PmtInfId", order.message_id)
    _add(block, "PmtMtd", "TRF")
    _add(block, "BtchBookg", "false")
    _add_sums(block, order)
    _add(block, "PmtTpInf/SvcLvl/Cd", "SEPA")
    _add(block, "ReqdExctnDt" if version is SepaVersion.V03 else "ReqdExctnDt/Dt", order.execute_on.isoformat())
    _add(block, "Dbtr/Nm", latin(order.payer.name)[:NAME_CHARACTERS])
    _add(block, "DbtrAcct/Id/IBAN", order.payer.account.iban)
    _add_bank(block, "DbtrAgt", order.payer.account, version)
    _add(block, "ChrgBr", "SLEV")
    for item in order.transfers:
        _add_transfer(block, item, order)


def _add_transfer(block: ET.Element, item: Transfer, order: PaymentOrder) -> None:
    own = ET.SubElement(block, "CdtTrfTxInf")
    _add(own, "PmtId/EndToEndId", f"{order.period}-{_short(item.person_id)}")
    _add(own, "Amt/InstdAmt", format_minor(item.amount_minor)).set("Ccy", CURRENCY)
    if item.account.bic:
        _add_bank(own, "CdtrAgt", item.account, order.payer.version)
    _add(own, "Cdtr/Nm", latin(item.name)[:NAME_CHARACTERS])
    _add(own, "CdtrAcct/Id/IBAN", item.account.iban)
    text = f"Invoice {', '.join(map(str, item.months))} ({item.person_id})"
    _add(own, "RmtInf/Ustrd", latin(text)[:TEXT_CHARACTERS])


def _add_bank(parent: ET.Element, tag: str, account: BankAccount, version: SepaVersion) -> None:
    """The bank of an account: by its BIC, else it is left to the IBAN."""
    if account.bic:
        _add(parent, f"{tag}/FinInstnId/{'BIC' if version is SepaVersion.V03 else 'BICFI'}", account.bic)
    else:
        _add(parent, f"{tag}/FinInstnId/Othr/Id", "NOTPROVIDED")


def _add(parent: ET.Element, path: str, text: str) -> ET.Element:
    """An element, each step of its path inside the one before."""
    element = parent
    for tag in path.split("/"):
        element = ET.SubElement(element, tag)
    element.text = text
    return element


def _short(*texts: str) -> str:
    """A hash that an identifier has room for."""
    return hashlib.sha256("\n".join(texts).encode()).hexdigest()[:ID_CHARACTERS]
