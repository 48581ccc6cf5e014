import { accessDenied, connectionReset, cutAnswer, expiredToken, FakeAws, hanging, meanwhile, serverError, throttled } from '../fakes';
import { MovedProcess } from '../moved-clock/account';

/** What goes wrong at one call. @param at  the number of the call, from now on */
export type Break = (aws: FakeAws, at: number, process: MovedProcess, action: string) => void;

/** Ends the process in the middle of a call: the call is carried out or not, and nobody sees the answer. */
const killed = (when: 'before' | 'after'): Break => (aws, at, process) => {
  aws.inject('*', meanwhile(() => process.kill(), when), { from: at });
  aws.inject('*', hanging(when), { from: at });
};

/** The first signal, as of Ctrl-C. */
const interrupted = (when: 'before' | 'after'): Break => (aws, at, process) => {
  aws.inject('*', meanwhile(() => process.interrupt.abort(), when), { from: at });
};

/** What passes by itself: the command line repeats the call, and its run ends as if nothing had happened. */
export const PASSING: readonly string[] = [
  'a throttle', 'five throttles', 'an error of the server', 'a connection that breaks before', 'a connection that breaks after', 'no answer, not carried out',
  'no answer, carried out', 'an answer that breaks off',
];

/** After these, the run can still make a last call. */
export const LEAVING: readonly string[] = ['a denied call', 'a signal before', 'a signal after'];

export const BREAKS: { readonly [name: string]: Break } = {
  'a throttle': (aws, at) => aws.inject('*', throttled(), { from: at }),
  'five throttles': (aws, at) => aws.inject('*', throttled(), { from: at, times: 5 }),
  'an error of the server': (aws, at) => aws.inject('*', serverError(), { from: at }),
  'a server that always fails': (aws, at) => aws.inject('*', serverError(503), { from: at, times: Infinity }),
  'a connection that breaks before': (aws, at) => aws.inject('*', connectionReset('before'), { from: at }),
  'a connection that breaks after': (aws, at) => aws.inject('*', connectionReset('after'), { from: at }),
  'no answer, not carried out': (aws, at) => aws.inject('*', hanging('before'), { from: at }),
  'no answer, carried out': (aws, at) => aws.inject('*', hanging('after'), { from: at }),
  'no answer, for ever': (aws, at) => aws.inject('*', hanging('before'), { from: at, times: Infinity }),
  'an answer that a proxy cuts': (aws, at) => aws.inject('*', cutAnswer('proxy'), { from: at }),
  'an answer that breaks off': (aws, at) => aws.inject('*', cutAnswer('connection'), { from: at }),
  'a denied call': (aws, at, _, action) => {
    // All further calls of the same action are denied, too.
    aws.inject('*', meanwhile(() => aws.inject(action, accessDenied(), { from: 1 })), { from: Math.max(1, at - 1) });
    aws.inject('*', accessDenied(), { from: at, times: 1 });
  },
  'credentials that expire': (aws, at) => aws.inject('*', expiredToken(), { from: at }),
  'a signal before': interrupted('before'),
  'a signal after': interrupted('after'),
  'the end of the process before': killed('before'),
  'the end of the process after': killed('after'),
};
