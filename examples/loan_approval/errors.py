"""What the example can fail with; the command line prints the sentence and leaves with 1."""


class ExampleError(Exception):
    """Something the product team has to mend; the message says what, where and how."""
