// Jest begins with the files that took longest in an earlier run. Without one, it begins with the largest, and a short file that runs for minutes may come
// last and keep one core busy while the others have nothing to do.
import Sequencer from '@jest/test-sequencer';

/** The files that take longest, the longest first. */
const LONGEST = [
  'organisation/scale', 'acceptance/languages', 'acceptance/release', 'acceptance/languages-deploy', 'acceptance/existing-service', 'acceptance/site',
  'acceptance/examples', 'acceptance/python-types', 'acceptance/deploy', 'acceptance/organisation', 'acceptance/too-old', 'acceptance/rooms',
  'handlers/enrolment', 'handlers/existing-service',
].map(name => `/test/${name}.test.ts`);

export default class LongestFirst extends Sequencer {
  sort(tests) {
    const placeOf = ({ path }) => LONGEST.findIndex(end => path.endsWith(end));
    const sorted = super.sort(tests);
    const long = sorted.filter(test => placeOf(test) >= 0).sort((a, b) => placeOf(a) - placeOf(b));
    return [...long, ...sorted.filter(test => placeOf(test) < 0)];
  }
}
