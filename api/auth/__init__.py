"""Who is there: keys, one-use sign-in links, sessions, and the audit of all three."""
