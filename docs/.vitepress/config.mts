import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitepress';
import { anchorOf, rewriteLinks, siteName } from '../site/links';
import { pagesOf } from '../site/sidebar';
import { makeTabs } from '../site/tabs';

const docs = fileURLToPath(new URL('..', import.meta.url)).replace(/\/$/, '');
const root = resolve(docs, '..');
const address = 'https://github.com/cdkpostman/cdk-postman-live-collection';

// The page of the API includes this file.
const included = { 'API.md': 'api.md' };

// Set here, because GitHub would show it in the pages.
const special: { readonly [page: string]: object } = {
  'index.md': { aside: false },
  'api.md': { editLink: false, outline: [2, 3] },
};

/** Pages are at `/`; a project page of GitHub is built with `--base /cdk-postman-live-collection/`. */
export default defineConfig({
  title: 'Postman Insights and Live Collections on Amazon ECS',
  titleTemplate: ':title · cdk-postman-live-collection',
  description: "Runs Postman's agent as a sidecar of an Amazon ECS service, and checks before deployment that it can reach Postman.",
  lang: 'en',
  outDir: resolve(root, '.cache/site'),
  cacheDir: resolve(root, '.cache/vitepress'),
  rewrites: siteName,
  // The page of the API is one chunk. It is loaded only with that page.
  vite: { build: { chunkSizeWarningLimit: 3000 } },
  transformPageData: ({ relativePath, frontmatter }) => ({ frontmatter: { ...frontmatter, ...special[relativePath] } }),
  head: [
    ['link', { rel: 'icon', href: 'data:,' }],
    // Until the tabs of languages work, only their first language is shown. Without scripts, all are.
    ['script', {}, "document.documentElement.classList.add('with-scripts')"],
  ],
  markdown: {
    // Braces in the text remain braces, as on GitHub.
    attrs: { disable: true },
    anchor: { slugify: anchorOf },
    config: markdown => {
      rewriteLinks(markdown, { root, docs, address, included });
      makeTabs(markdown);
    },
  },
  themeConfig: {
    siteTitle: 'Postman on ECS',
    search: { provider: 'local' },
    outline: { level: [2, 3], label: 'On this page' },
    docFooter: { prev: false, next: false },
    externalLinkIcon: true,
    editLink: { pattern: `${address}/edit/main/docs/:path`, text: 'Edit this page' },
    socialLinks: [{ icon: 'github', link: address }],
    nav: [
      { text: 'Quick start', link: '/quick-start/typescript', activeMatch: '/quick-start/' },
      { text: 'Command line', link: '/command-line' },
      { text: 'Networks', link: '/networks' },
      { text: 'Troubleshooting', link: '/troubleshooting' },
      { text: 'API', link: '/api' },
    ],
    sidebar: [
      {
        text: 'Quick start',
        items: [
          { text: 'TypeScript', link: '/quick-start/typescript' },
          { text: 'Python', link: '/quick-start/python' },
          { text: 'Java', link: '/quick-start/java' },
          { text: 'Without CDK', link: '/command-line' },
        ],
      },
      {
        text: 'Guides and reference',
        items: [
          { text: 'Which construct', link: '/constructs' },
          { text: 'Properties', link: '/properties' },
          { text: 'The API key', link: '/api-key' },
          { text: 'What is checked', link: '/checks' },
          { text: 'Test your stack', link: '/testing' },
          { text: 'Fleets', link: '/fleets' },
          { text: 'An organization', link: '/organisation' },
          { text: 'Networks', link: '/networks' },
          { text: 'When the agent stops', link: '/monitoring' },
          { text: 'Daemons', link: '/daemons' },
          { text: 'Rotation of the key', link: '/rotation' },
          { text: 'Dashboard and alarms', link: '/dashboard' },
          { text: 'Existing services', link: '/existing-services' },
          { text: 'Permissions', link: '/permissions' },
          { text: 'Limits and costs', link: '/limits' },
          { text: 'Security', link: '/security' },
          { text: 'Threat model', link: '/threat-model' },
          { text: 'Troubleshooting', link: '/troubleshooting' },
          { text: 'Findings', link: '/findings' },
          { text: 'Questions', link: '/faq' },
          { text: 'API reference', link: '/api' },
        ],
      },
      { text: 'Task definitions in files', link: '/task-definitions/', items: pagesOf(docs, 'task-definitions') },
      {
        text: 'Contributing',
        items: [
          { text: 'Architecture', link: '/architecture' },
          { text: 'Figures', link: '/figures' },
          { text: 'Mutation testing', link: '/mutation' },
        ],
      },
      { text: 'Decisions', link: '/decisions/', collapsed: true, items: pagesOf(docs, 'decisions') },
    ],
  },
});
