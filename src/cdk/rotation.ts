import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as events from 'aws-cdk-lib/aws-events';
import { Construct } from 'constructs';
import { ApiKey } from './api-key';
import { textFact } from './facts';
import { report } from './findings';
import { checkRotation, CONSTRUCT_WORDS, messagesOf, RotationFacts } from '../preflight';
import { readable, resolveIdentities } from './tree/identities';
import { stackOf, Token, TokenComparison } from './tree/loaded';
import { constructPath } from './tree/paths';
import { finalValue } from './tree/properties';

/**
 * The events that a change of the API key causes. Those about a secret have its complete ARN and its name: if only the name is known, both together match
 * no other secret.
 *
 * @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/event-detail-secret-label-updated-secretsmanager.html
 * @see https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-paramstore-cwe.html
 */
export function keyChanged({ origin: { store, arn, arnIsComplete, name } }: ApiKey): events.EventPattern {
  if (store === 'ssm') {
    // A parameter may also be deleted and created again.
    return { source: ['aws.ssm'], detailType: ['Parameter Store Change'], resources: [arn], detail: { operation: ['Create', 'Update'] } };
  }
  return {
    source: ['aws.secretsmanager'],
    detailType: ['Secret Label Updated'],
    resources: arnIsComplete ? [arn] : events.Match.prefix(`${arn}-`),
    detail: { labelUpdated: ['AWSCURRENT'], ...arnIsComplete ? {} : { name: [name] } },
  };
}

/** The same text for the same secret or parameter, however it is referred to. */
export function keyIdentity(scope: Construct, { origin: { arn, arnIsComplete } }: ApiKey): string {
  return JSON.stringify(resolveIdentities(scope, [arn, arnIsComplete]));
}

/** Checks at synthesis that a change of the key reaches the service. @param service  undefined if it is not of this app */
export function validateRotation(construct: Construct, apiKey: ApiKey, service?: ecs.BaseService): void {
  const findings = () => checkRotation(rotationFacts(construct, apiKey, service));
  construct.node.addValidation({ validate: () => report(construct, messagesOf(findings(), CONSTRUCT_WORDS)) });
}

function rotationFacts(construct: Construct, { origin }: ApiKey, service: ecs.BaseService | undefined): RotationFacts {
  const { store, name, region } = origin;
  const here = stackOf(service ?? construct);
  const isOther = Token.compareStrings(region, here.region) === TokenComparison.DIFFERENT;
  return {
    service: service ? constructPath(service) : '',
    controller: service ? controllerOf(service) : { unknown: 'the service is not of this app' },
    get key() { return readable(resolveIdentities(construct, name)); },
    store,
    ...isOther ? { otherRegion: region } : {},
    ...origin.otherAccount === undefined ? {} : { otherAccount: origin.otherAccount },
  };
}

function controllerOf(service: ecs.BaseService): RotationFacts['controller'] {
  const resource = service.node.defaultChild as ecs.CfnService;
  const controller = resolveIdentities(resource, finalValue(resource, 'DeploymentController', resource.deploymentController));
  return textFact(controller?.Type ?? controller?.type ?? 'ECS');
}
