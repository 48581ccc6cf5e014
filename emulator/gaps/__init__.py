"""The gaps of MiniStack that this launcher fills, each with its name. A test in `emulator/tests` fails when upstream has closed one."""

from emulator.gaps import contexts, event_buses, input_paths, network_reads, parameters, resolver, sessions
from emulator.gaps.gap import Gap

GAPS = [*network_reads.GAPS, *parameters.GAPS, *resolver.GAPS, *sessions.GAPS, *event_buses.GAPS, *input_paths.GAPS, *contexts.GAPS]


def cloudformation_gaps() -> list[Gap]:
    """Those in CloudFormation, which imports nearly all of MiniStack."""
    from emulator.gaps import conditions, event_bus_policies, network, secrets

    return [*network.GAPS, *secrets.GAPS, *event_bus_policies.GAPS, *conditions.GAPS]
