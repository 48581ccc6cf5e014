// Without its own fonts: it uses those of the reader's system.
import Theme from 'vitepress/theme-without-fonts';
import LanguageTabs from './LanguageTabs.vue';
import './custom.css';

export default {
  extends: Theme,
  enhanceApp: ({ app }) => { app.component('LanguageTabs', LanguageTabs); },
};
