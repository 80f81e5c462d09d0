"""Decision records: what was decided, on what, under which policy; enough to decide it again."""
