"""What the platform costs, measured and never asserted: `make bench`, or `python -m tests.benchmarks --help`."""
