import { JsonObject } from '../json';

/** What a service does, by the name of the action. An answer may have dates and undefined members. */
export type Actions = { readonly [action: string]: (input: JsonObject) => object };
