# Content that nobody removes, and a second key after a rotation.
account_id   = "222222222222"
on_destroy   = "refuse"
signing_keys = ["2026", "2027"]
