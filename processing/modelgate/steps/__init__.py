"""The two steps of the approval pipeline, each a process: arguments in, files and an exit message out."""
