"""What stands before every route, one guard a file. Plain ASGI; api/app.py sets their order."""
