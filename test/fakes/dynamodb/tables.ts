import { JsonObject, textIn } from '../json';
import { Actions } from '../wire/actions';
import { AwsError } from '../wire/aws-error';

type Item = Readonly<Record<string, { readonly S?: string; readonly N?: string }>>;

/** The tables of one region of DynamoDB, whose key is one text. Of conditions, they have those of the attribute `version`. */
export class Tables {
  readonly actions: Actions = {
    GetItem: ({ TableName, Key }) => {
      const item = this.table(TableName).get(keyOf(Key as unknown as Item));
      return item === undefined ? {} : { Item: item };
    },
    PutItem: ({ TableName, Item: given, ConditionExpression, ExpressionAttributeValues }) => {
      const table = this.table(TableName);
      const item = given as unknown as Item;
      const { keyName } = table;
      const key = item[keyName]?.S;
      if (key === undefined) throw new AwsError('ValidationException', `One or more parameter values were invalid: Missing the key ${keyName} in the item`);
      const before = table.get(key);
      if (!holds(textIn(ConditionExpression), before, ExpressionAttributeValues as unknown as Item)) {
        throw new AwsError('ConditionalCheckFailedException', 'The conditional request failed');
      }
      table.set(key, item);
      return {};
    },
  };

  private readonly tables = new Map<string, Table>();

  add(name: string, keyName: string): void {
    this.tables.set(name, new Table(keyName));
  }

  has(name: string): boolean {
    return this.tables.has(name);
  }

  /** Every item of a table. */
  items(name: string): readonly Item[] {
    return [...this.table(name).values()];
  }

  private table(name: unknown): Table {
    const table = this.tables.get(textIn(name as JsonObject[string]) ?? '');
    if (!table) throw new AwsError('ResourceNotFoundException', 'Requested resource not found');
    return table;
  }
}

class Table extends Map<string, Item> {
  constructor(readonly keyName: string) {
    super();
  }
}

function keyOf(key: Item): string {
  return Object.values(key)[0].S!;
}

function holds(condition: string | undefined, before: Item | undefined, values: Item): boolean {
  switch (condition) {
    case undefined: return true;
    case 'attribute_not_exists(version)': return before?.version === undefined;
    case 'version = :version': return before?.version?.N === values[':version'].N;
    default: throw new Error(`The fakes do not have the condition ${condition}.`);
  }
}
