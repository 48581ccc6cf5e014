import { Glob } from '../../../src/cdk/every-service/globs';
import * as fc from '../../random';

describe('a glob over construct paths', () => {
  test.each([
    ['Shop/Orders/Service', 'Shop/Orders/Service', true],
    ['Shop/Orders', 'Shop/Orders/Service', false],
    ['Orders/Service', 'Shop/Orders/Service', false],
    ['Shop/*/Service', 'Shop/Orders/Service', true],
    ['Shop/*', 'Shop/Orders/Service', false],
    ['*', 'Shop', true],
    ['*', 'Shop/Service', false],
    ['Shop/Ord*s/Service', 'Shop/Orders/Service', true],
    ['Shop/Ord*s/Service', 'Shop/Orders/x/Service', false],
    ['Shop/**', 'Shop/Orders/Service', true],
    ['Shop/**', 'Shopping/Orders/Service', false],
    ['Shop/**', 'Shop', false],
    ['**', 'Shop/Orders/Service', true],
    ['**/Service', 'Shop/Orders/Service', true],
    ['**/Service', 'Service', true],
    ['**/Service', 'Shop/OrdersService', false],
    ['Shop/**/Service', 'Shop/Service', true],
    ['Shop/**/Service', 'Shop/a/b/Service', true],
    ['Shop/**/Service', 'Shop/a/bService', false],
    ['Sh**ice', 'Shop/Orders/Service', true],
    ['shop/**', 'Shop/Orders/Service', false],
    ['Shop/a.b/Service', 'Shop/axb/Service', false],
    ['Shop/a+(b)?[c]{d}^$|/*', 'Shop/a+(b)?[c]{d}^$|/Service', true],
    ['Shop/?rders/*', 'Shop/Orders/Service', false],
  ])('%s matches %s: %s', (glob, path, expected) => {
    expect(new Glob(glob).matches(path)).toBe(expected);
  });

  test('a path without stars matches itself and nothing else', () => {
    const paths = fc.array(fc.string({ minLength: 1 }).filter(id => !/[*/]/.test(id)), { minLength: 1 }).map(ids => ids.join('/'));
    fc.assert(fc.property(paths, paths, (path, other) => {
      expect(new Glob(path).matches(path)).toBe(true);
      expect(new Glob(path).matches(other)).toBe(path === other);
      expect(new Glob(`${path}/*`).matches(`${path}/x`)).toBe(true);
      expect(new Glob(`${path}/*`).matches(`${other}/x`)).toBe(path === other);
    }));
  });
});
