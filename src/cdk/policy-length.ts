import { IConstruct } from 'constructs';
import { stackOf } from './tree/loaded';

/** How many characters a document has once CloudFormation has resolved it, without white space. */
export interface DocumentLength {
  readonly least: number;
  readonly most: number;
}

/** The shortest and the longest value of each pseudo parameter. */
const PSEUDO_PARAMETERS: { readonly [name: string]: DocumentLength } = {
  'AWS::Partition': { least: 'aws'.length, most: 'aws-us-gov'.length },
  'AWS::Region': { least: 'eu-west-1'.length, most: 'ap-southeast-1'.length },
  'AWS::AccountId': { least: 12, most: 12 },
};

/** A role's ARN whose name has one character, or 64. */
const ROLE_ARN = 'arn:aws:iam::123456789012:role/'.length;
const ARN: DocumentLength = { least: ROLE_ARN + 1, most: ROLE_ARN + 64 };
/** A name that CloudFormation generates, or that a parameter or another stack has. */
const NAME: DocumentLength = { least: 1, most: 64 };

/** The length of a document with tokens. What only CloudFormation knows has an estimated length. */
export function documentLength(scope: IConstruct, document: unknown): DocumentLength {
  return lengthOf(stackOf(scope).resolve(document));
}

function lengthOf(value: unknown): DocumentLength {
  if (Array.isArray(value)) return total([...value.map(lengthOf), punctuation(2 + Math.max(0, value.length - 1))]);
  if (typeof value !== 'object' || value === null) return punctuation(JSON.stringify(value).replace(/\s/g, '').length);
  const intrinsic = lengthOfIntrinsic(value);
  if (intrinsic) return total([intrinsic, punctuation(2)]);
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  const marks = punctuation(2 + members.length + Math.max(0, members.length - 1));
  return total([...members.flatMap(([name, member]) => [lengthOf(name), lengthOf(member)]), marks]);
}

/** Without quotes. Undefined for anything else. */
function lengthOfIntrinsic(value: object): DocumentLength | undefined {
  const [[name, argument] = ['', undefined], ...others] = Object.entries(value);
  if (others.length > 0 || name !== 'Ref' && !name.startsWith('Fn::')) return undefined;
  if (name === 'Fn::Join') return total((argument as [string, (string | object)[]])[1].map(lengthOfPart));
  if (name === 'Ref') return PSEUDO_PARAMETERS[argument as string] ?? NAME;
  return name === 'Fn::GetAtt' && (argument as readonly string[])[1] === 'Arn' ? ARN : NAME;
}

function lengthOfPart(part: string | object): DocumentLength {
  return typeof part === 'string' ? punctuation(part.length) : lengthOfIntrinsic(part) ?? NAME;
}

function punctuation(characters: number): DocumentLength {
  return { least: characters, most: characters };
}

function total(lengths: readonly DocumentLength[]): DocumentLength {
  return { least: lengths.reduce((sum, { least }) => sum + least, 0), most: lengths.reduce((sum, { most }) => sum + most, 0) };
}
