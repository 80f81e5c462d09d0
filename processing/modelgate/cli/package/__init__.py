"""A package as files: what is, or would be, registered, and the folder that its reports lie in."""
