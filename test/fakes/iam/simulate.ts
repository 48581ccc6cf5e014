import { JsonObject, objectsIn, textIn, textsIn } from '../json';
import { checkDocument, PolicyDocument } from '../policy/document';
import { AccessRequest, decide, matchedStatements, missingKeys } from '../policy/evaluate';
import { AwsError } from '../wire/aws-error';

interface Principal {
  readonly documents: readonly { readonly id: string; readonly document: PolicyDocument }[];
  readonly boundary?: PolicyDocument;
}

/**
 * Decides each action on each resource: one result for each action, which has the results for the named resources. Policies of
 * resources and of organizations are not read.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_EvaluationResult.html
 */
export function simulate({ documents, boundary }: Principal, input: JsonObject): readonly object[] {
  const added = textsIn(input.PolicyInputList).map((text, index) => ({ id: `PolicyInputList.${index + 1}`, document: parsed(text) }));
  const all = [...documents, ...added];
  const resources = input.ResourceArns === undefined ? ['*'] : textsIn(input.ResourceArns);
  const context = Object.fromEntries(objectsIn(input.ContextEntries).map(entry => [textIn(entry.ContextKeyName)!, textsIn(entry.ContextKeyValues)]));
  return textsIn(input.ActionNames).map(action => {
    const results = resources.map(resource => evaluation(all, boundary, { action, resource, context }));
    if (input.ResourceArns === undefined) return results[0];
    const worst = results.find(({ EvalDecision }) => EvalDecision === 'explicitDeny') ?? results.find(({ EvalDecision }) => EvalDecision !== 'allowed');
    // The missing values of named resources are only in the results of these.
    return { ...results[0], EvalDecision: (worst ?? results[0]).EvalDecision, MissingContextValues: [], ResourceSpecificResults: results.map(ofResource) };
  });
}

type Evaluation = ReturnType<typeof evaluation>;

function ofResource({ EvalResourceName, EvalDecision, MatchedStatements, MissingContextValues, PermissionsBoundaryDecisionDetail }: Evaluation): object {
  return { EvalResourceName, EvalResourceDecision: EvalDecision, MatchedStatements, MissingContextValues, PermissionsBoundaryDecisionDetail };
}

function evaluation(documents: Principal['documents'], boundary: PolicyDocument | undefined, request: AccessRequest & { readonly resource: string }) {
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
