"""
MiniStack with the patches an approval platform over several accounts needs.

One file per topic; each patch says why stock MiniStack is not enough. `local/README.md` lists what stays different.
"""
