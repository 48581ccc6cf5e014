"""A local AWS on loopback: MiniStack, with the gaps filled that a deployment of this library's examples falls into."""
