# Right, but handed in late.
# like: ada
# submitted: 2026-10-05 09:30:00 UTC
