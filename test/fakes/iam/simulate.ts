import { JsonObject, objectsIn, textIn, textsIn } from '../json';
import { checkDocument, PolicyDocument } from '../policy/document';
import { AccessRequest, decide, matchedStatements, missingKeys } from '../policy/evaluate';
import { AwsError } from '../wire/aws-error';

interface Principal {
  readonly documents: readonly { readonly id: string; readonly document: PolicyDocument }[];
  readonly boundary?: PolicyDocument;
}

/** Decides each action on each resource. Policies of resources and of organizations are not read. */
export function simulate({ documents, boundary }: Principal, input: JsonObject): readonly object[] {
  const added = textsIn(input.PolicyInputList).map((text, index) => ({ id: `PolicyInputList.${index + 1}`, document: parsed(text) }));
  const all = [...documents, ...added];
  const resources = input.ResourceArns === undefined ? ['*'] : textsIn(input.ResourceArns);
  const context = Object.fromEntries(objectsIn(input.ContextEntries).map(entry => [textIn(entry.ContextKeyName)!, textsIn(entry.ContextKeyValues)]));
  return textsIn(input.ActionNames).flatMap(action => resources.map(resource => evaluation(all, boundary, { action, resource, context })));
}

function evaluation(documents: Principal['documents'], boundary: PolicyDocument | undefined, request: AccessRequest): object {
  const bare = documents.map(({ document }) => document);
  const decision = decide(bare, request);
  const withinBoundary = boundary === undefined ? undefined : decide([boundary], request);
  const isBounded = decision === 'allowed' && withinBoundary !== undefined && withinBoundary !== 'allowed';
  return {
    EvalActionName: request.action,
    EvalResourceName: request.resource,
    EvalDecision: isBounded ? withinBoundary : decision,
    MatchedStatements: documents.filter(({ document }) => matchedStatements([document], request).length > 0).map(({ id }) => ({
      SourcePolicyId: id, SourcePolicyType: 'IAM Policy',
    })),
    MissingContextValues: missingKeys(bare, request),
    PermissionsBoundaryDecisionDetail: withinBoundary === undefined ? undefined : { AllowedByPermissionsBoundary: withinBoundary === 'allowed' },
  };
}

function parsed(text: string): PolicyDocument {
  try {
    const document: unknown = JSON.parse(text);
    checkDocument(document);
    return document;
  } catch (error) {
    throw new AwsError('InvalidInput', (error as Error).message);
  }
}
