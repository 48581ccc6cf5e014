import { github } from 'projen';

/**
 * Actions that projen does not know. Each is named by a commit, since a tag can be moved; the comment tells which release it is.
 * projen's own are in `github.ActionRefs`, by commit or by a release that GitHub keeps immutable.
 */
export const ACTIONS = {
  ...github.ActionRefs,
  /** v4.32.3 */
  CODEQL_INIT: 'github/codeql-action/init@9e907b5e64f6b83e7804b09294d44122997950d6',
  /** v4.32.3 */
  CODEQL_ANALYZE: 'github/codeql-action/analyze@9e907b5e64f6b83e7804b09294d44122997950d6',
  /** v5.0.0 */
  UPLOAD_PAGES_ARTIFACT: 'actions/upload-pages-artifact@fc324d3547104276b827a68afc52ff2a11cc49c9',
  /** v5.0.0 */
  DEPLOY_PAGES: 'actions/deploy-pages@cd2ce8fcbc39b97be8ca5fce6e763baed58fa128',
} as const;
