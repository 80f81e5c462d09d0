"""The doors between the rooms: frozen values, each parsed once and trusted afterwards.

Standard library only, so that every Lambda can afford them.
"""
