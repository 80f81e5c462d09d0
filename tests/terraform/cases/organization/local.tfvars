# The tracked values of the local environment, unchanged.
