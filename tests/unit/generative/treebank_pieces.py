"""Texts made of what the rules for tokens are about."""

from hypothesis import strategies as st

QUOTES = ["'", '"', "''", "``", "'s", "'S", "'ll", "'RE", "n't", "'tis", "'Twas", "'tis'twas", "d'ye", "more'n", "’"]
MARKS = [".", "...", "....", ",", ":", ";", "(", ")", "[", "]", "{", "<", ">", "!", "?", "-", "--", "$", "#", "_", "*"]
WORDS = [
    "a",
    "s",
    "1",
    "3,5",
    "é",
    "İ",
    "ſ",
    "can",
    "cannot",
    "Gimme",
    "gımme",
    "gonna",
    "wanna",
    "lemme",
    "gotta",
    "İ",
]
BLANKS = [" ", " ", " ", "\n", "\t", "\n\n", "\x1c", "\x85", "\xa0", "\u2028"]
INSIDE = ["\ufdd0", "\ufdd1"]  # what marks words inside the encoder
PIECES = st.lists(st.sampled_from(QUOTES + MARKS + WORDS + BLANKS * 2 + INSIDE), max_size=24).map("".join)
