"""The steps of the pipelines, each a process: arguments in, files and an exit message out.

Check and update judge every package; of models that write text, collect and score come before them.
"""
