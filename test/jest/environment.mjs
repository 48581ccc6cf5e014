// Jest's environment of Node, with a global object of V8's own kind. In Jest's, each use of `Array` or `Promise` calls a proxy first, which takes a tenth to a
// third of the time of a test that calls the SDK.
import vm from 'node:vm';
import { TestEnvironment } from 'jest-environment-node';

const { createContext } = vm;
// Node has it since 20.18.
const { DONT_CONTEXTIFY } = vm.constants ?? {};

export default class FastEnvironment extends TestEnvironment {
  constructor(...given) {
    if (DONT_CONTEXTIFY !== undefined) vm.createContext = () => createContext(DONT_CONTEXTIFY);
    try {
      super(...given);
    } finally {
      vm.createContext = createContext;
    }
  }
}
