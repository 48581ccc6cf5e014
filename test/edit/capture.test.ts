import { captureSelectionIn, hasPacketFilter, interfacesOf, JsonObject } from '../../src/edit';

const agent = (...flags: string[]) => ({ name: 'agent', entryPoint: ['/postman-insights-agent', 'apidump', ...flags] }) as unknown as JsonObject;

test('the interfaces of an agent are those of all its flags; none is every interface', () => {
  expect(interfacesOf(agent('--interfaces', 'docker0', '--interfaces=ens5,eth1'))).toEqual(['docker0', 'ens5', 'eth1']);
  expect(interfacesOf(agent('--rate-limit', '5'))).toEqual([]);
});

test('an agent has a packet filter if its flag is given', () => {
  expect([agent('--filter', 'tcp port 80'), agent('--interfaces', 'docker0')].map(hasPacketFilter)).toEqual([true, false]);
});

test('two agents select different requests by their filters and their instances, and not by anything else', () => {
  const all = captureSelectionIn(agent('--interfaces', 'docker0', '--rate-limit', '5'), []);
  const one = captureSelectionIn(agent('--host-allow', 'one'), []);
  expect(all).toBe('');
  expect(new Set([all, one, captureSelectionIn(agent('--host-allow', 'two'), []), captureSelectionIn(agent(), [{ expression: 'a' }])]).size).toBe(4);
  expect(captureSelectionIn(agent('--rate-limit', '5', '--host-allow=one'), [])).toBe(one);
});
