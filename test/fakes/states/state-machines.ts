import { textIn } from '../json';
import { Actions } from '../wire/actions';
import { AwsError } from '../wire/aws-error';

/** An execution that was started. */
export interface Started { readonly name: string; readonly input: string }

/** Executions of state machines are only noted. A name is taken once. */
export class StateMachines {
  readonly started: Started[] = [];

  readonly actions: Actions = {
    StartExecution: ({ stateMachineArn, name: given, input: text }) => {
      const [name, input] = [textIn(given) ?? `execution-${this.started.length}`, textIn(text) ?? '{}'];
      const before = this.started.find(one => one.name === name);
      // The same name with the same input is the same execution. https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html
      if (before && before.input !== input) throw new AwsError('ExecutionAlreadyExists', `Execution Already Exists: '${name}'`);
      if (!before) this.started.push({ name, input });
      return { executionArn: `${textIn(stateMachineArn)!.replace(':stateMachine:', ':execution:')}:${name}` };
    },
  };
}
