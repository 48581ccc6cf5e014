/** `sso`: IAM Identity Center. `login`: with the password of the console. */
export type SignIn = 'sso' | 'login';

/**
 * What the user can do about an error, in the words of the face that has called: only the face knows what the user types or sets. Each is a
 * sentence, unless it says something else.
 */
export interface Hints {
  /** No region is known. */
  readonly region: string;
  /** What is called a region does not have the form of one. */
  readonly regionForm: string;
  /** There is no such cluster. */
  readonly cluster: string;
  /** A cluster has several daemons. */
  readonly daemon: string;
  /** There is no such role. */
  readonly role: string;
  /** There are no credentials. */
  readonly credentials: (profile: string | undefined) => string;
  /** The credentials have expired, or there is no session. @param signIn how the session is made, if that is known */
  readonly expired: (profile: string | undefined, signIn: SignIn | undefined) => string;
  /** The credentials did not arrive in time. */
  readonly silentCredentials: (profile: string | undefined) => string;
  /** A profile needs a code of a device, and the user cannot be asked for it. */
  readonly mfa: (profile: string | undefined) => string;
  /** A proxy does not connect. */
  readonly proxy: string;
  /** The address of AWS refuses connections. */
  readonly endpoint: string;
  /** What has all the permissions that are needed, as a clause. */
  readonly permissions: string;
  /** There is neither a secret nor a key to create it from. */
  readonly newSecret: string;
  /** There is no such parameter. */
  readonly newParameter: string;
  /** To name a secret, as a clause. @param which `another secret` */
  readonly nameSecret: (which: string) => string;
  /** One secret is created for agents that have different keys. */
  readonly oneKey: string;
  /** What was registered differs from the plan. */
  readonly plan: string;
  /** The label of a new value of a secret was left behind. */
  readonly label: string;
  /** Rollouts have been lost track of. */
  readonly status: string;
  /** To do the same again, as a clause. */
  readonly again: string;
}

/** A clause as the begin of a sentence. */
export function capital(clause: string): string {
  return clause.charAt(0).toUpperCase() + clause.slice(1);
}
