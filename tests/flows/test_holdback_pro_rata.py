"""Holdbacks that are released as their deals are paid: to the cent over the months, and never back again."""

from __future__ import annotations

from service.runtime import Runtime
from tests.deals import AUGUST, JULY, NOVEMBER, OCTOBER, SEPTEMBER, paid, refunded, won
from tests.flows.test_holdback import holding


def test_what_is_kept_is_released_in_the_share_in_which_the_deal_is_paid(runtime: Runtime) -> None:
    company = holding(runtime, "forfeit", pro_rata=True)
    company.send(won("ann", "A", "900", JULY), paid("ann", "A", "100.10", JULY))
    company.close_month(JULY)
    # 10.01 of commission, 2.00 kept; a third of the deal is paid in August, so 2.00 x 400.10 / 900 = 0.89 is let go.
    company.send(paid("ann", "A", "300", AUGUST))
    expected = {"commission rate": "30.00", "kept holdback": "-6.00", "kept release 2026-07": "0.89"}
    assert company.draft("ann", AUGUST) == expected
    company.close_month(AUGUST)
    assert company.told("ann", AUGUST) == expected
    (released,) = [line for line in company.statement("ann", AUGUST)["lines"] if line["kind"] == "release"]
    assert released["explanation"]["deals"] == [{"deal": "A", "amount": "0.89", "because": "paid_in_part"}]
    assert company.statement("ann", AUGUST)["balances"]["held"] == "7.11"
    # A refund takes nothing back that was released; half of the deal is paid then, and July's 2.00 are at 1.00.
    company.send(refunded("ann", "A", "50.10", SEPTEMBER), paid("ann", "A", "100", SEPTEMBER, day=25))
    company.close_month(SEPTEMBER)
    # Sixty days after July are over: its paid share is let go and the rest of it is lost. August's 6.00 are at 3.00.
    told = company.told("ann", SEPTEMBER)
    assert told["kept release 2026-07"] == "0.11"
    assert told["kept forfeit 2026-07"] == "-1.00"
    assert told["kept release 2026-08"] == "3.00"
    company.send(paid("ann", "A", "450", OCTOBER))
    company.close_month(OCTOBER)
    assert company.told("ann", OCTOBER)["kept release 2026-08"] == "3.00"
    company.close_month(NOVEMBER)
    # Everything but the 1.00 that July lost is paid in the end.
    assert company.accounts("ann") == {"expense": -8900, "payable": 8900}


def test_a_correction_of_a_month_that_was_released_in_part_is_released_in_the_same_share(runtime: Runtime) -> None:
    company = holding(runtime, "pay", pro_rata=True)
    company.send(won("ann", "A", "1000", JULY), paid("ann", "A", "500", JULY))
    company.close_month(JULY)
    company.close_month(AUGUST)
    assert company.told("ann", AUGUST) == {"kept release 2026-07": "5.00"}
    company.send(paid("ann", "A", "100", JULY, day=11))
    # July keeps 12.00 now, of which six tenths are to be let go; 5.00 of them were.
    assert company.draft("ann", SEPTEMBER) == {
        "commission adjustment 2026-07": "10.00",
        "kept adjustment 2026-07": "-2.00",
        "kept release 2026-07": "7.00",
    }
    company.close_month(SEPTEMBER)
    assert company.accounts("ann") == {"expense": -6000, "payable": 6000}
