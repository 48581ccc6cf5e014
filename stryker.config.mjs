/**
 * Mutation tests of one pure room: `make mutation ROOM=edit`. Each room has the tests that are run for each change. The properties over generated
 * networks and services are not among them: they would take the longest.
 */
const ROOMS = {
  agent: ['test/agent/*.test.ts'],
  drawing: ['test/drawing/*.test.ts'],
  edit: ['test/edit/*.test.ts'],
  egress: ['test/egress/!(properties).test.ts'],
  permissions: ['test/permissions/*.test.ts'],
  preflight: ['test/preflight/!(same-findings*).test.ts'],
  render: ['test/render/*.test.ts'],
  report: ['test/report/*.test.ts'],
};

const { ROOM = '' } = process.env;
if (!Object.hasOwn(ROOMS, ROOM)) throw new Error(`ROOM must be one of ${Object.keys(ROOMS).join(', ')}, got: ${ROOM || '(nothing)'}`);

export default {
  mutate: [`src/${ROOM}/**/*.ts`],
  testRunner: 'jest',
  coverageAnalysis: 'perTest',
  ignoreStatic: true,
  concurrency: 2,
  timeoutMS: 10000,
  reporters: ['clear-text', 'json', 'progress-append-only'],
  jsonReporter: { fileName: `reports/mutation-${ROOM}.json` },
  clearTextReporter: { logTests: false, allowColor: false },
  tempDirName: '.stryker-tmp',
  ignorePatterns: ['.cache', 'lib', 'dist', 'coverage', 'examples', 'test/integ', 'test/acceptance'],
  jest: {
    projectType: 'custom',
    config: {
      testMatch: ROOMS[ROOM].map(path => `<rootDir>/${path}`),
      testEnvironment: 'node',
      transform: { '^.+\\.ts$': ['ts-jest', { tsconfig: 'tsconfig.dev.json', diagnostics: false, isolatedModules: true }] },
    },
  },
};
