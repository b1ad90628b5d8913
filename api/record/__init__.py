"""The record: what was seen (record.db, a view) and what only we keep (kept.db: words, dead letters, accounts)."""
