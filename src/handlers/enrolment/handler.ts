import { arrive } from './arrivals';
import { ArrivalEvent, Environment, Mode, TaskEvent } from './contract';
import { Store } from './store';
import { task } from './tasks';
import { Here } from './tools';
import { ENROLMENT_HINTS } from './words';
import { HiddenValues } from '../../agent';
import { Account, assumedRole, BudgetLevels } from '../../aws';
import { Asked } from '../asked';
import { logWithout } from '../log';

/** The members of a Lambda function's context that are read. */
interface Context {
  readonly invokedFunctionArn: string;
  getRemainingTimeInMillis(): number;
}

/** The tasks of the state machine of `PostmanAgentEnrolment`. */
export async function enrolment(event: TaskEvent, context: Context): Promise<object> {
  const environment = environmentOf(process.env);
  const hidden = new HiddenValues();
  const { signal } = new AbortController();
  const onKey = (key: string) => hidden.add(key);
  const account = new Account({ region: process.env.AWS_REGION, hints: ENROLMENT_HINTS, signal });
  const [, partition] = context.invokedFunctionArn.split(':');
  const here: Here = {
    account,
    store: new Store(account, environment.bucket),
    environment,
    member: (place, levels?: BudgetLevels) => {
      const role = `arn:${partition}:iam::${place.account}:role/${environment.memberRole}`;
      return new Account({
        region: place.region, hints: ENROLMENT_HINTS, signal, onKey, levels, credentials: assumedRole(account, role, environment.externalId),
      });
    },
    remainingMs: () => context.getRemainingTimeInMillis(),
    log: logWithout(hidden),
  };
  return task(event, here);
}

/** What a rule sends of an event of ECS. */
export async function arrival(event: ArrivalEvent): Promise<void> {
  const account = new Account({ region: process.env.AWS_REGION, hints: ENROLMENT_HINTS, signal: new AbortController().signal });
  const { BUCKET, STATE_MACHINE, WINDOW_SECONDS } = process.env;
  // Tests do not wait so long.
  const windowSeconds = WINDOW_SECONDS === undefined ? undefined : Number(WINDOW_SECONDS);
  await arrive(event, { account, store: new Store(account, BUCKET!) }, STATE_MACHINE!, windowSeconds);
}

/** @param variables as the construct sets them */
export function environmentOf(variables: NodeJS.ProcessEnv): Environment {
  const of = (name: string) => variables[name]!;
  return {
    bucket: of('BUCKET'),
    mode: of('MODE') as Mode,
    agent: JSON.parse(of('AGENT')) as Asked,
    optIn: variables.OPT_IN === 'true',
    owner: of('OWNER'),
    tolerated: Number(of('TOLERATED')),
    memberRole: of('MEMBER_ROLE'),
    externalId: of('EXTERNAL_ID'),
    name: of('NAME'),
  };
}
