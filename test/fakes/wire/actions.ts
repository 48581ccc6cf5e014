import { JsonObject } from '../json';

/** What a service does, by the name of the action. An answer may hold dates and leave members undefined. */
export type Actions = { readonly [action: string]: (input: JsonObject) => object };
