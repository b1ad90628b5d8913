"""HTTP: the page, sign-in, what a page needs to start, health and metrics; every answer guarded the same way."""
