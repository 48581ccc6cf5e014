/** The name that a user may have meant: the one with the fewest changed letters, if they are few. Undefined if there is no such name. */
export function nearest(given: string, names: readonly string[]): string | undefined {
  const most = Math.max(1, Math.floor(given.length / 3));
  const near = names.map(name => ({ name, distance: given.length > 100 ? Infinity : distanceOf(given.toLowerCase(), name.toLowerCase()) }))
    .sort((a, b) => a.distance - b.distance)[0];
  return near !== undefined && near.distance <= most ? near.name : undefined;
}

/** How many letters are inserted, left out or changed. */
function distanceOf(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (const [at, letter] of [...one].entries()) {
    const next = [at + 1];
    for (let index = 1; index <= other.length; index++) {
      next[index] = Math.min(next[index - 1] + 1, row[index] + 1, row[index - 1] + (letter === other[index - 1] ? 0 : 1));
    }
    row = next;
  }
  return row[other.length];
}
