"""How the rules of published plans are kept in payroll and in the books."""

from __future__ import annotations

from collections.abc import Mapping

from service.domain.earning import pool_rule
from service.domain.payout import RuleBooks
from service.plans.build import plan_from_document


def rule_books(documents: Mapping[str, str]) -> dict[tuple[str, str], RuleBooks]:
    """The books of every rule and pool of these documents, by the hash of the plan and the name on the line."""
    found: dict[tuple[str, str], RuleBooks] = {}
    for plan_hash, document in documents.items():
        plan = plan_from_document(document)
        for rule in plan.rules:
            found[plan_hash, rule.id] = RuleBooks(rule.pay_code, rule.account, rule.amortise_months)
        for pool in plan.pools.values():
            found[plan_hash, pool_rule(pool.id)] = RuleBooks(pool.pay_code, pool.account)
    return found
