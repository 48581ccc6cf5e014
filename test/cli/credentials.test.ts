import { readFileSync } from 'node:fs';
import { AddressInfo, createServer, Socket } from 'node:net';
import { join } from 'node:path';
import { Profiles } from './profiles';
import { ADD, IMPATIENT, PATIENT, PLAN, processScenario as scenario, Shop, STATUS } from './shop';
import { hanging, refused } from '../fakes';

/** A server that accepts connections and never answers. */
class Silent {
  /** Resolves with the first connection. */
  readonly asked: Promise<void>;
  private readonly sockets = new Set<Socket>();
  private readonly server = createServer(socket => { this.sockets.add(socket.on('error', () => {})); });

  constructor() {
    this.asked = new Promise(resolve => { this.server.once('connection', () => resolve()); });
  }

  async listen(): Promise<string> {
    await new Promise<void>(listening => this.server.listen(0, '127.0.0.1', listening));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    const closed = new Promise<void>(done => this.server.close(() => done()));
    for (const socket of this.sockets) socket.destroy();
    await closed;
  }
}

const IN_AN_HOUR = new Date(Date.now() + 3_600_000).toISOString();
const ROLE = 'role_arn = arn:aws:iam::123456789012:role/operator\nsource_profile = base\nregion = eu-west-1\n';
const BASE = '[profile base]\naws_access_key_id = 123456789012\naws_secret_access_key = test\n';
const SSO = 'sso_session = work\nsso_account_id = 123456789012\nsso_role_name = operator\nregion = eu-west-1\n'
  + '[sso-session work]\nsso_start_url = https://example.com/start\nsso_region = eu-west-1\n';

interface Source {
  readonly sections: string;
  /** @param silent the address of a server that never answers */
  readonly env?: (silent: string) => Record<string, string | undefined>;
  readonly prepare?: (profiles: Profiles, shop: Shop) => void;
  /** The call that the fakes get; otherwise the silent server is asked. */
  readonly call?: string;
}

/** What never answers. */
const SOURCES: Readonly<Record<string, Source>> = {
  'a credential_process': {
    sections: '[profile slow]\nregion = eu-west-1\ncredential_process = sh -c "\\"$NODE\\" -e \'fetch(process.env.SILENT)\'"\n',
    env: silent => ({ SILENT: silent, NODE: process.execPath }),
  },
  'STS': {
    sections: `[profile slow]\n${ROLE}${BASE}`, prepare: (_, { aws }) => aws.inject('sts:AssumeRole', hanging(), { times: Infinity }), call: 'sts:AssumeRole',
  },
  'IAM Identity Center': {
    sections: `[profile slow]\n${SSO}`,
    env: silent => ({ AWS_ENDPOINT_URL_SSO: silent }),
    prepare: profiles => { profiles.session('work', { accessToken: 'a', expiresAt: IN_AN_HOUR }); },
  },
  'a container endpoint': { sections: '', env: silent => ({ AWS_CONTAINER_CREDENTIALS_FULL_URI: `${silent}/credentials` }) },
  'an instance endpoint': { sections: '', env: silent => ({ AWS_EC2_METADATA_DISABLED: undefined, AWS_EC2_METADATA_SERVICE_ENDPOINT: silent }) },
};

async function at(source: Source, shop: Shop, use: (args: readonly string[], env: Record<string, string | undefined>, silent: Silent) => Promise<void>) {
  const silent = new Silent();
  const profiles = new Profiles(source.sections);
  try {
    const address = await silent.listen();
    source.prepare?.(profiles, shop);
    await use(source.sections === '' ? [] : ['--profile', 'slow'], { ...profiles.env, ...source.env?.(address) }, silent);
  } finally {
    profiles.remove();
    await silent.stop();
  }
}

describe('credentials that never arrive', () => {
  for (const [what, source] of Object.entries(SOURCES)) {
    scenario(`a run waits only for some time for ${what}, says so, and prints one document`, async shop => at(source, shop, async (profile, env) => {
      const ran = await shop.run([...STATUS, ...profile, '--json'], { env: { ...IMPATIENT, ...env } });
      expect(ran.code).toBe(1);
      // The SDK has a limit of its own for the endpoints of containers and instances.
      expect(ran.stderr).toMatch(source.sections === '' ? /There are no AWS credentials|No AWS credentials arrived/
        : /No AWS credentials arrived for profile slow within 3 s\. Try `aws sts get-caller-identity --profile slow`/);
      expect(ran.json).toEqual({ version: 2, verb: 'status', services: [], error: { message: ran.stderr.replace(/^error: /, '').trimEnd() } });
      expect(shop.aws.callsOf('DescribeServices')).toEqual([]);
    }));

    scenario(`one Ctrl-C ends a run that waits for ${what}`, async shop => at(source, shop, async (profile, env, silent) => {
      const ran = await shop.run([...ADD, ...profile, '--json'], {
        env: { ...PATIENT, ...env },
        onStart: child => {
          if (source.call) shop.aws.onCall(source.call, 1, () => { child.kill('SIGINT'); });
          else void silent.asked.then(() => child.kill('SIGINT'));
        },
      });
      expect(ran).toMatchObject({ code: 130, json: { verb: 'add', services: [], error: { message: 'Interrupted.' } } });
    }));
  }
});

describe('credentials of a profile', () => {
  const withProfiles = (sections: string, play: (shop: Shop, profiles: Profiles) => Promise<void>) => async (shop: Shop) => {
    const profiles = new Profiles(sections);
    try {
      await play(shop, profiles);
    } finally {
      profiles.remove();
    }
  };

  const GIVEN = '{\\"Version\\":1,\\"AccessKeyId\\":\\"123456789012\\",\\"SecretAccessKey\\":\\"test\\"}';
  const PROCESS = `[profile once]\nregion = eu-west-1\ncredential_process = sh -c "echo started >> $HOME/started; echo '${GIVEN}'"\n`;
  scenario('a program is started once for the calls of all services', withProfiles(PROCESS, async (shop, profiles) => {
    const ran = await shop.run([...PLAN, '--profile', 'once'], { env: profiles.env });
    expect(ran.code).toBe(3);
    expect(new Set(shop.aws.calls.map(({ service }) => service)).size).toBeGreaterThan(3);
    expect(readFileSync(join(profiles.home, 'started'), 'utf8')).toBe('started\n');
  }));

  const MFA = `[profile mfa]\nmfa_serial = arn:aws:iam::123456789012:mfa/operator\n${ROLE}${BASE}`;
  scenario('a profile with MFA is refused without a terminal, with what works', withProfiles(MFA, async (shop, profiles) => {
    const ran = await shop.run([...STATUS, '--profile', 'mfa'], { env: profiles.env });
    expect(ran.code).toBe(1);
    expect(ran.stderr).toMatch(/Profile mfa needs a code of the MFA device arn:aws:iam::123456789012:mfa\/operator/);
    expect(ran.stderr).toContain('`eval "$(aws configure export-credentials --profile mfa --format env)"`');
    expect(shop.aws.calls).toEqual([]);
  }));

  scenario('a role that the user may not assume is named, with the statement', withProfiles(`[profile role]\n${ROLE}${BASE}`, async (shop, profiles) => {
    const denial = 'User: arn:aws:iam::123456789012:user/operator is not authorized to perform: sts:AssumeRole on resource: '
      + 'arn:aws:iam::123456789012:role/operator';
    shop.aws.inject('sts:AssumeRole', refused('AccessDenied', denial, 403), { times: Infinity });
    const ran = await shop.run([...STATUS, '--profile', 'role'], { env: profiles.env });
    expect(ran.code).toBe(1);
    expect(ran.stderr).toMatch(/The credentials of profile role were denied: .*\n {2}Add this statement/);
    expect(ran.stderr).toContain('"Action":"sts:AssumeRole","Resource":"arn:aws:iam::123456789012:role/operator"');
  }));

  const EXPIRED = { accessToken: 'a', expiresAt: '2020-01-01T00:00:00Z' };
  for (const [what, token] of [['expired', EXPIRED], ['absent', undefined]] as const) {
    scenario(`a session of IAM Identity Center that is ${what} says to sign in there`, withProfiles(`[profile work]\n${SSO}`, async (shop, profiles) => {
      if (token) profiles.session('work', token);
      const ran = await shop.run([...STATUS, '--profile', 'work'], { env: profiles.env });
      expect(ran.code).toBe(1);
      expect(ran.stderr).toMatch(/Sign in again with `aws sso login --profile work`, and/);
      expect(ran.stderr).not.toContain('`aws login');
    }));
  }

  const LOGIN = '[profile console]\nregion = eu-west-1\nlogin_session = arn:aws:iam::123456789012:user/operator\n';
  scenario('a session of `aws login` that is absent says to sign in with that', withProfiles(LOGIN, async (shop, profiles) => {
    const ran = await shop.run([...STATUS, '--profile', 'console'], { env: profiles.env });
    expect(ran.code).toBe(1);
    expect(ran.stderr).toMatch(/Sign in again with `aws login --profile console`, and/);
    expect(ran.stderr).not.toContain('aws sso');
  }));

  const PLAIN = '[profile plain]\nregion = eu-west-1\naws_access_key_id = 123456789012\naws_secret_access_key = test\n';
  scenario('notes of the SDK and of Node do not reach the user', withProfiles(PLAIN, async (shop, profiles) => {
    const env = { ...profiles.env, AWS_PROFILE: 'plain', AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 'test', NODE_OPTIONS: '--trace-warnings' };
    const ran = await shop.run(STATUS, { env });
    expect(ran).toMatchObject({ code: 3, stderr: '' });
  }));
});
