/** Flags of Postman's own `ecs` commands that this program does not have, and what to use instead. */
const INSTEAD: { readonly [flag: string]: string } = {
  '--task': 'Name the service with `--service`: its task definition is found from there.',
  '--enable-https-capture': 'Capturing HTTPS needs eBPF, with the capabilities CAP_BPF and CAP_PERFMON and the host\'s /proc and /sys/fs/bpf. Fargate has none of them, and the published image is not made for it. '
    + 'Let the load balancer end TLS, so the agent sees HTTP.',
  '--randomized-start': 'Use `--capture-percent`.',
  '--service-name': 'Use `--discovery-namespace` and `--discovery-name`.',
  '--tags': 'Use `--trace-tags`.',
  '--log-format': 'Use `--json` for one JSON document on stdout, `--verbose` for every AWS call on stderr.',
};

/**
 * What to type instead of a command line that follows Postman's pages.
 *
 * @param words what was typed after the program's name
 * @param verbs the verbs of `ecs`
 * @returns undefined if the command line has nothing of theirs
 */
export function correctionOf([first, ...rest]: readonly string[], verbs: readonly string[]): string | undefined {
  if (verbs.includes(first)) return `There is no command \`${first}\`: did you mean \`ecs ${first}\`?`;
  const flag = rest.map(word => word.split('=')[0]).find(word => Object.hasOwn(INSTEAD, word));
  return flag === undefined ? undefined : `There is no flag \`${flag}\`. ${INSTEAD[flag]}`;
}
