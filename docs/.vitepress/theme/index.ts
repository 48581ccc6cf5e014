// Without fonts of its own: a reader's system has some.
import Theme from 'vitepress/theme-without-fonts';
import './custom.css';

export default Theme;
