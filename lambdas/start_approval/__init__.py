"""Start one approval execution for each change of a model package."""
