"""What a closed month is still owed is its entitlement minus what was posted."""

from hypothesis import given
from hypothesis import strategies as st

from service.domain.earning import (
    ADJUSTMENT,
    Cause,
    ChangedInput,
    Charge,
    ClosedMonth,
    Disposition,
    EarningLine,
    adjustments,
    by_rule,
    changed_inputs,
    month_name,
    owed,
)
from service.domain.period import Period

OCTOBER, NOVEMBER = Period(2026, 10), Period(2026, 11)
NO_CAUSE = Cause((), ())


def a_line(rule: str, amount_minor: int, disposition: Disposition = Disposition.PAYABLE) -> EarningLine:
    return EarningLine("ann", OCTOBER, OCTOBER, 0, rule, "rate", rule.title(), "Ред", amount_minor, disposition, "h")


def owing(entitled: dict[str, int], posted: dict[str, int]) -> list[EarningLine]:
    now, before = ([a_line(rule, amount) for rule, amount in amounts.items()] for amounts in (entitled, posted))
    return adjustments(ClosedMonth("ann", OCTOBER, now, before), NOVEMBER, NO_CAUSE)


def test_nothing_changed_means_nothing_is_owed() -> None:
    assert owing({"commission": 10000}, {"commission": 10000}) == []


def test_a_late_deal_is_owed_in_the_open_month_and_says_which_month_it_corrects() -> None:
    (line,) = owing({"commission": 15000}, {"commission": 10000})
    assert (line.period, line.month_worked, line.kind) == (NOVEMBER, OCTOBER, ADJUSTMENT)
    assert (line.amount_minor, line.disposition) == (5000, Disposition.PAYABLE)
    assert line.label == "Correction for October 2026: Commission"
    assert line.label_bg == "Корекция за октомври 2026: Ред"


def test_only_a_net_reduction_waits_for_finance() -> None:
    shifted = owing({"commission": 4000, "kicker": 7000}, {"commission": 10000})
    assert {line.rule: line.amount_minor for line in shifted} == {"commission": -6000, "kicker": 7000}
    assert {line.disposition for line in shifted} == {Disposition.PAYABLE}
    reduced = owing({"commission": 4000, "kicker": 5000}, {"commission": 10000})
    assert {line.disposition for line in reduced} == {Disposition.PROPOSED}


def test_a_rule_that_gives_nothing_any_more_is_corrected_to_zero() -> None:
    (line,) = owing({}, {"commission": 10000})
    assert (line.amount_minor, line.disposition) == (-10000, Disposition.PROPOSED)


def test_a_fixed_salary_is_never_corrected_by_us() -> None:
    fixed = a_line("base", 150000, Disposition.INFORMATION)
    assert adjustments(ClosedMonth("ann", OCTOBER, [fixed], []), NOVEMBER, NO_CAUSE) == []


RULES = st.dictionaries(st.sampled_from(["a", "b", "c", "d"]), st.integers(-(10**6), 10**6))


@given(RULES, RULES)
def test_posted_plus_owed_is_the_entitlement_by_rule(entitled: dict[str, int], posted: dict[str, int]) -> None:
    together = dict(posted)
    for line in owing(entitled, posted):
        together[line.rule] = together.get(line.rule, 0) + line.amount_minor
    assert {rule: amount for rule, amount in together.items() if amount} == {
        rule: amount for rule, amount in entitled.items() if amount
    }


def test_information_is_not_money_we_owe() -> None:
    lines = [a_line("base", 150000, Disposition.INFORMATION), a_line("bonus", 100), a_line("bonus", 50)]
    assert by_rule(owed(lines)) == {("bonus", Charge.EXPENSE): 150}


def test_a_cause_names_what_changed_between_close_and_now() -> None:
    before, now = [{"metric.calls": "10", "target.calls": "20"}], [{"metric.calls": "11", "target.calls": "20"}]
    assert changed_inputs(before, now) == (ChangedInput("metric.calls", "10", "11"),)
    assert changed_inputs([], now)[0] == ChangedInput("metric.calls", "", "11")


def test_a_month_is_named_in_both_languages() -> None:
    assert (month_name(OCTOBER, "en"), month_name(OCTOBER, "bg")) == ("October 2026", "октомври 2026")
