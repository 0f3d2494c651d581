"""The adapters of all vendors by the kind of their sources."""

from __future__ import annotations

from collections.abc import Mapping

from service.domain.source import SourceKind
from service.sources import (
    aircall,
    amocrm,
    asterisk,
    bitrix24,
    dynamics365,
    hubspot,
    pipedrive,
    salesforce,
    stripe,
    twilio,
    zadarma,
    zoho,
)
from service.sources.adapter import Adapter

ADAPTERS: Mapping[SourceKind, Adapter] = {
    adapter.kind: adapter
    for adapter in (
        bitrix24.ADAPTER,
        hubspot.ADAPTER,
        pipedrive.ADAPTER,
        amocrm.ADAPTER,
        salesforce.ADAPTER,
        zoho.ADAPTER,
        dynamics365.ADAPTER,
        aircall.ADAPTER,
        twilio.ADAPTER,
        zadarma.ADAPTER,
        asterisk.ADAPTER,
        stripe.ADAPTER,
    )
}
"""A kind that is not here sends our own events and has no hook."""
