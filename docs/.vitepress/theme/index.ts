// Without its own fonts: it uses those of the reader's system.
import Theme from 'vitepress/theme-without-fonts';
import './custom.css';

export default Theme;
