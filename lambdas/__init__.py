"""The event functions: thin handlers over queues, each zipped with the part of modelgate that it needs."""
