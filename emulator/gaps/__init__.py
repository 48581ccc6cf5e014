"""The gaps of MiniStack that this launcher fills, each with its name. A test in `emulator/tests` fails when upstream has closed one."""

from emulator.gaps import network_reads, parameters, resolver
from emulator.gaps.gap import Gap

GAPS = [*network_reads.GAPS, *parameters.GAPS, *resolver.GAPS]


def cloudformation_gaps() -> list[Gap]:
    """Those in CloudFormation, which imports nearly all of MiniStack."""
    from emulator.gaps import network, secrets

    return [*network.GAPS, *secrets.GAPS]
