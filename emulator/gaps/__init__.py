"""What MiniStack lacks and this launcher adds, each by name. `emulator/tests` says when one has closed upstream."""

from emulator.gaps import capacity, network, parameters, secrets, services, task_definitions

GAPS = [*network.GAPS, *capacity.GAPS, *parameters.GAPS, *secrets.GAPS, *task_definitions.GAPS, *services.GAPS]
