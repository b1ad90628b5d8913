"""The view in Redis: one process puts what the desk tells, any number of others follow it and show it to people."""
