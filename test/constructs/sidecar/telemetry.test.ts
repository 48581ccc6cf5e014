import { agentsIn, fargate, KINDS, variablesOf } from '../../given';

describe.each(KINDS)('$construct', kind => {
  const variables = (disableTelemetry?: boolean) => {
    const given = fargate();
    kind.add(given.service, { disableTelemetry });
    return variablesOf(agentsIn(given.stack)[0]);
  };

  test('the agent\'s usage reports are turned off with the one variable that all its versions read', () => {
    expect(Object.entries(variables(true)).filter(([name]) => name.includes('TELEMETRY'))).toEqual([[kind.telemetryVariable, 'true']]);
  });

  test.each([undefined, false])('the agent\'s usage reports are left on with the option %s', disableTelemetry => {
    expect(Object.keys(variables(disableTelemetry)).filter(name => name.includes('TELEMETRY'))).toEqual([]);
  });
});
