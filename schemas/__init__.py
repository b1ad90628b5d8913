"""Contracts: everything that crosses a process boundary. Imports no other part of Nightdesk."""
