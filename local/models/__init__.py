"""
Language models on loopback, behind OpenAI's chat completions: a small real one, and one that recites a book.

For the demo and the tests. The embedded Bedrock forwards Converse to it; `local/README.md` says how.
"""
