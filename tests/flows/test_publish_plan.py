"""Promises of publishing: enough notice to the people, or a reason that stays."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from service.domain.audit import AuditEntry, AuditQuery
from service.domain.notice import NoticeTooShortError, ReasonTooLongError
from service.flows.fill_calendar import fill_calendar
from service.flows.publish_plan import PlanNotPublishableError, Publication, Published, publish_plan
from service.reports.audit import audit_log
from service.runtime import Runtime
from service.store.plans import list_versions
from tests.accepting import accepting
from tests.company import CLOSER, Company, small_rules

LATE_NOVEMBER = datetime(2026, 11, 23, 9, tzinfo=UTC)
DECEMBER = CLOSER.replace("2026-01-01", "2026-12-01").replace('version: "1"', 'version: "2"')
FINANCE = Publication("finance", notice_days=5)


@pytest.fixture
def company(runtime: Runtime) -> Company:
    """The small company on a Monday, six days off before December with its Saturday and Sunday."""
    found = Company(runtime)
    found.found()
    found.now = LATE_NOVEMBER
    return found


def publish(company: Company, text: str, publication: Publication) -> Published:
    with company.runtime.transaction() as session:
        rules = accepting(small_rules(text), company.now.date())
        return publish_plan(session, rules, "closer", publication, today=company.now.date(), now=company.now)


def logged(company: Company) -> list[AuditEntry]:
    with company.runtime.reading() as session:
        return audit_log(session, AuditQuery())


def test_a_plan_with_five_working_days_of_notice_is_published(company: Company) -> None:
    done = publish(company, DECEMBER, FINANCE)
    assert logged(company)[0] == AuditEntry(
        LATE_NOVEMBER,
        "finance",
        "plan.published",
        "closer",
        {"version": "2", "hash": done.plan_hash, "from": "2026-12-01"},
    )


def test_one_day_less_is_refused_with_the_month_in_which_it_may_start(company: Company) -> None:
    company.now = LATE_NOVEMBER.replace(day=24)
    with pytest.raises(
        NoticeTooShortError, match=r"it can start on 2026-12-02 or later.*Set effective.from to 2027-01-01"
    ):
        publish(company, DECEMBER, FINANCE)
    with company.runtime.reading() as session:
        assert [item.starts_on for item in list_versions(session, "closer")] == [date(2026, 1, 1)]


def test_without_notice_the_reason_is_kept_and_audited(company: Company) -> None:
    company.now = LATE_NOVEMBER.replace(day=30)
    publish(company, DECEMBER, replace(FINANCE, without_notice_reason=" the board decided "))
    entry = logged(company)[0]
    assert (entry.what, entry.detail["reason"]) == ("plan.published_without_notice", "the board decided")


@pytest.mark.parametrize("reason", ["", "   "])
def test_an_empty_reason_is_none(company: Company, reason: str) -> None:
    company.now = LATE_NOVEMBER.replace(day=30)
    with pytest.raises(NoticeTooShortError):
        publish(company, DECEMBER, replace(FINANCE, without_notice_reason=reason))


def test_a_reason_nobody_would_read_is_refused(company: Company) -> None:
    with pytest.raises(ReasonTooLongError):
        publish(company, DECEMBER, replace(FINANCE, without_notice_reason="x" * 501))


def test_a_reason_that_was_not_needed_is_not_kept(company: Company) -> None:
    publish(company, DECEMBER, replace(FINANCE, without_notice_reason="to be sure"))
    assert logged(company)[0].what == "plan.published"


def test_what_the_linter_asks_about_must_be_accepted_by_somebody(company: Company) -> None:
    rules = small_rules(DECEMBER[: DECEMBER.index("accept:")] + DECEMBER[DECEMBER.index("examples:") :])
    today, now = company.now.date(), company.now
    with company.runtime.reading() as session, pytest.raises(PlanNotPublishableError) as refused:
        publish_plan(session, rules, "closer", FINANCE, today=today, now=now)
    assert {problem.code for problem in refused.value.problems} == {"W-UNBOUNDED"}


def test_a_company_may_ask_for_no_notice(company: Company) -> None:
    company.now = LATE_NOVEMBER.replace(day=30)
    publish(company, DECEMBER, replace(FINANCE, notice_days=0))
    assert logged(company)[0].what == "plan.published"


def test_the_same_again_needs_no_notice_and_leaves_no_trace(company: Company) -> None:
    before = logged(company)
    publish(company, CLOSER, FINANCE)
    assert logged(company) == before
    assert [entry.detail["reason"] for entry in before] == ["the small company begins"]


def test_the_first_plan_of_a_role_needs_no_notice_and_its_next_version_does(runtime: Runtime) -> None:
    new = Company(runtime)
    with runtime.transaction() as session:
        fill_calendar(session, [2026])
    publish(new, CLOSER, FINANCE)
    later = CLOSER.replace("from: 2026-01-01", "from: 2026-11-01").replace("label: Commission", "label: Share")
    new.now += timedelta(days=14)
    with pytest.raises(NoticeTooShortError):
        publish(new, later, FINANCE)
