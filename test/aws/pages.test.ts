import { Account, listClusters, listServices } from '../../src/aws';
import { MOST_PAGES, Pages } from '../../src/aws/calls/pages';
import { Hosts } from '../../src/aws/reads/hosts';
import { TaskLooks } from '../../src/aws/reads/tasks';
import { changedAnswer, Fault } from '../fakes';
import { tokenFor } from '../fakes/paging';
import { loadClients, MovedAccount } from '../moved-clock/account';

loadClients();

describe('the pages of a list', () => {
  const pages = () => new Pages('ecs:ListServices');

  test.each([undefined, null, ''])('a list ends at the token %j', token => {
    expect(pages().next(token)).toBeUndefined();
  });

  test('a list that begins again is given up', () => {
    const list = pages();
    expect(['a', 'b'].map(token => list.next(token))).toEqual(['a', 'b']);
    expect(() => list.next('a')).toThrow('The list does not end: ecs:ListServices returned the same page again.');
  });

  test('tokens of several members are compared as a whole', () => {
    const list = pages();
    expect(list.after({ name: 'a', type: 'A' })).toEqual({ next: { name: 'a', type: 'A' } });
    expect(list.after({ name: 'a', type: 'TXT' })).toEqual({ next: { name: 'a', type: 'TXT' } });
    expect(list.after({ name: 'a', type: 'A' })).toEqual({ endless: expect.stringContaining('same page') });
  });

  test('a list with a new token each time is given up, too', () => {
    const list = pages();
    for (let page = 1; page < MOST_PAGES; page++) list.next(page);
    expect(() => list.next('last')).toThrow(`more than ${MOST_PAGES} pages`);
  });
});

/** Each page is the first one, and says that there is another. */
const AGAIN: Fault = changedAnswer(answer => ({ ...answer, nextToken: tokenFor(0) }));
const CLUSTER = { given: 'shop', name: 'shop' };
const SERVICE = { clusterArn: 'arn:aws:ecs:eu-west-1:123456789012:cluster/shop', serviceName: 'orders' };

test.each<[string, (account: Account) => Promise<unknown>]>([
  ['ecs:ListClusters', async account => listClusters(account)],
  ['ecs:ListServices', async account => listServices(account, CLUSTER)],
  ['ecs:ListTasks', async account => new TaskLooks(account).of(SERVICE, 'RUNNING')],
])('a run does not read %s without end', async (action, read) => {
  const moved = new MovedAccount();
  moved.aws.ecs.addService('orders', { cluster: 'shop' });
  moved.aws.inject(action, AGAIN, { times: Infinity });
  await expect(read(moved.process().account)).rejects.toThrow(`The list does not end: ${action} returned the same page again.`);
  expect(moved.aws.callsOf(action)).toHaveLength(2);
});

test('container instances that are listed without end are unknown', async () => {
  const moved = new MovedAccount();
  moved.aws.ecs.addCluster('shop');
  moved.aws.inject('ecs:ListContainerInstances', AGAIN, { times: Infinity });
  const instances = await new Hosts(moved.process().account).instancesOf(SERVICE.clusterArn);
  expect(instances).toMatchObject({ unknown: expect.stringContaining('ecs:ListContainerInstances returned the same page again') });
});
