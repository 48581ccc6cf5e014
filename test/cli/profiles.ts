import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The AWS configuration of a user. */
export class Profiles {
  readonly home = mkdtempSync(join(tmpdir(), 'profiles-'));

  /** @param sections of the configuration, such as `[profile a]` */
  constructor(sections: string) {
    writeFileSync(join(this.home, 'config'), sections);
  }

  /** The environment of a process that has no credentials but those of its profile. */
  get env(): Record<string, string | undefined> {
    return { HOME: this.home, AWS_CONFIG_FILE: join(this.home, 'config'), AWS_ACCESS_KEY_ID: undefined, AWS_SECRET_ACCESS_KEY: undefined };
  }

  /** The token of a session of IAM Identity Center. */
  session(name: string, token: object): this {
    const folder = join(this.home, '.aws/sso/cache');
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, `${createHash('sha1').update(name).digest('hex')}.json`), JSON.stringify(token));
    return this;
  }

  remove(): void {
    rmSync(this.home, { recursive: true, force: true });
  }
}
