import { Tag } from './facts';

/** A tool that sets the task definition of a service again when it runs the next time. */
interface ManagingTool {
  /** How sentences call it. */
  readonly title: string;
  /**
   * The word that names it in a tag that says what manages a resource, such as `ManagedBy=Terraform`, and as a key, such as
   * `Terraform=true`. These are conventions of users: the tool itself sets no tag.
   */
  readonly word?: string;
  /** The keys of the tags that it sets, or that its users set for it. */
  readonly keys?: RegExp;
}

/**
 * The first that a tag names counts: services that have left Copilot keep its tags.
 *
 * - Terraform, OpenTofu and Terragrunt set no tags of their own. `Terraform=true` and `ManagedBy=Terraform` are what their users set,
 *   often as https://github.com/hashicorp/terraform-provider-aws/blob/main/website/docs/index.html.markdown
 * - Pulumi sets none either. Users set the project and the stack, as in https://www.pulumi.com/blog/automatically-enforcing-aws-resource-tagging-policies/.
 * - Crossplane: `ExternalResourceTagKeyKind` and others in `pkg/resource/resource.go` of https://github.com/crossplane/crossplane-runtime.
 * - AWS Controllers for Kubernetes: `defaultResourceTags` in `pkg/config/config.go` of https://github.com/aws-controllers-k8s/runtime.
 * - Copilot: `AppTagKey` and others in https://github.com/aws/copilot-cli/blob/0e9b994e74dc811a11469957e3e4e965bc2f460a/internal/pkg/deploy/deploy.go.
 */
const TOOLS: readonly ManagingTool[] = [
  { title: 'Terraform', word: 'terraform' },
  { title: 'OpenTofu', word: 'opentofu' },
  { title: 'Terragrunt', word: 'terragrunt' },
  { title: 'Pulumi', word: 'pulumi', keys: /^pulumi:(project|stack)$/ },
  { title: 'ecspresso', word: 'ecspresso' },
  { title: 'Crossplane', word: 'crossplane', keys: /^crossplane-(kind|name|providerconfig)$/ },
  { title: 'AWS Controllers for Kubernetes', keys: /^services\.k8s\.aws\/(controller-version|namespace)$/ },
  { title: 'AWS Copilot', keys: /^copilot-(application|environment|service)$/ },
];

/** Keys of tags whose value names what manages a resource. */
const MANAGER_KEY = /^(managed|provisioned|created|deployed)by$|^(provisioner|iac|iactool)$/;

const YES: readonly string[] = ['true', 'yes', '1'];

/** The tool that the tags name, and the tag. Keys and values are compared without their case. */
export function managingTool(tags: readonly Tag[]): { readonly title: string; readonly tag: Tag } | undefined {
  for (const { title, word, keys } of TOOLS) {
    const tag = tags.find(({ key, value }) => keys?.test(key.toLowerCase()) || (word !== undefined && names(key, value, word)));
    if (tag) return { title, tag };
  }
  return undefined;
}

function names(key: string, value: string, word: string): boolean {
  // `managed-by`, `managed_by` and `managed by` are one key.
  const plainKey = key.toLowerCase().replace(/[-_ :]/g, '');
  const text = value.toLowerCase();
  if (MANAGER_KEY.test(plainKey)) {
    const words = text.split(/[^a-z0-9]+/);
    return words.includes(word) && !words.includes('not');
  }
  return [word, `${word}managed`, `managedby${word}`].includes(plainKey) && YES.includes(text);
}
