"""A local AWS on loopback: MiniStack, with the gaps filled that the library's examples and the command line fall into."""
