import { sketchOf } from './sketch';
import { drawSketch } from './svg';
import { JudgedPaths } from '../egress';

export * from './sketch';
export { drawSketch } from './svg';
export { escape } from './text';

/**
 * The two paths of a verdict as one SVG image: from the task to Postman and back, with a mark where the way is blocked or not known.
 *
 * @param subject  what sends, e.g. `service orders`
 */
export function drawPaths(paths: JudgedPaths, subject: string): string {
  return drawSketch(sketchOf(paths), subject);
}
