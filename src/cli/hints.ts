import { Hints, SignIn } from '../aws/calls/hints';

/** The ways out of an error that the command line has. */
export const COMMAND_LINE_HINTS: Hints = {
  region: 'Use `--region`, set AWS_REGION, or name the cluster or service by its ARN.',
  regionForm: 'Check `--region`, AWS_REGION and the profile.',
  cluster: 'Check its name and `--region`.',
  daemon: 'Name one with `--service`.',
  role: 'Check its name, or leave `--execution-role` out: then a role is created.',
  credentials: profile => profile === undefined ? 'Use `--profile`, or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.'
    : `Check that it is in the AWS configuration; with IAM Identity Center, sign in with ${signIn(profile, 'sso')}.`,
  expired: (profile, how) => `Sign in again with ${how === undefined ? `${signIn(profile, 'sso')} or ${signIn(profile, 'login')}` : signIn(profile, how)}, `
    + 'and run the same command: it continues where it stopped.',
  silentCredentials: profile => `Try \`aws sts get-caller-identity${flagOf(profile)}\`. If that does not answer either, check the source of the credentials: `
    + 'the credential_process of the profile, the network to STS or IAM Identity Center, or the endpoint of the container or instance.',
  mfa: profile => `In a terminal, the command asks for it. Elsewhere, run \`eval "$(aws configure export-credentials${flagOf(profile)} --format env)"\` first, `
    + 'which asks for the code, and then this command without `--profile` and AWS_PROFILE.',
  proxy: 'Check HTTPS_PROXY, HTTP_PROXY and NO_PROXY.',
  endpoint: 'Check AWS_ENDPOINT_URL, HTTPS_PROXY and the network of this machine.',
  permissions: '`ecs policy` prints all permissions that are needed, for daemons with `--daemon`',
  newSecret: 'Set POSTMAN_API_KEY in the environment, and this command creates the secret; or name an existing secret with `--api-key-secret <ARN or name>`.',
  newParameter: 'No command writes to parameters: check its name and region, or create it with `aws ssm put-parameter --type SecureString --name <name> --value file://<file>`.',
  nameSecret: which => `name ${which} with \`--api-key-secret\``,
  oneKey: 'Set POSTMAN_API_KEY to the key for all of them, or select services with the same key.',
  plan: 'Compare it with the plan (`ecs plan --json`), and report this.',
  label: 'The next `ecs key update` takes it.',
  status: 'Run `ecs status` to check it.',
  again: 'run the same command again',
};

function signIn(profile: string | undefined, how: SignIn): string {
  return `\`aws ${how === 'sso' ? 'sso login' : 'login'}${flagOf(profile)}\``;
}

function flagOf(profile: string | undefined): string {
  return profile === undefined ? '' : ` --profile ${profile}`;
}
