/** Lines as the agents print them. */
export const BANNER = 'Postman Insights Agent 0.40.1';
export const LC_BANNER = 'Postman Live Collections Agent 0.29.0';

export const CAPTURING = [BANNER, '[INFO] Running learn mode on interfaces eth0, lo', '[INFO] Send SIGINT (Ctrl-C) to stop...'];
export const LC_CAPTURING = [LC_BANNER, ...CAPTURING.slice(1)];

/** The Insights agent does not exit if it cannot start. */
const IDLES = 'This process will not exit, to avoid boot loops. Please correct the command line flags or environment and retry.';
export const idleAfter = (error: string) => [BANNER, `[ERROR] Error during initiaization: ${error}`, IDLES];

const STARTING = 'Something went wrong while starting the agent: ';
export const WRONG_KEY = idleAfter(`${STARTING}Invalid credentials. Ensure the POSTMAN_INSIGHTS_API_KEY environment variable has a valid API key`);
export const NOT_CHOSEN = [BANNER, 'Starting trace with probability 50%.', 'This agent instance will not begin capturing data.'];
/** The Live Collection agent exits after this. */
export const LC_WRONG_KEY = [LC_BANNER, `[ERROR] ${STARTING}Invalid credentials, run "login" to log in.`];
