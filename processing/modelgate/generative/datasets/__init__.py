"""Where prompts come from: a small set of this project's own, and importers for others that are not shipped.

Nothing here was written by anybody else: whoever wants BBQ, BOLD, books or kernel sources imports them from their
official places or from a folder, and gets prompts beside a note of licence, origin and digests.
"""
