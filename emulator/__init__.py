"""A local AWS on loopback: MiniStack, and what the examples and the command line need beyond it."""
