"""What people and programs see: the live push, the record, sign-in and HTTP."""
