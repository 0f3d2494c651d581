"""Stimul: CRM events in; leaderboards, live earnings and payout statements out."""
