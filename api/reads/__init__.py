"""What HTTP reads: the live picture from the view, what is over from the record, redacted for who asks."""
