"""From feed records to the picture: intake, the journal, and the desk that folds it."""
