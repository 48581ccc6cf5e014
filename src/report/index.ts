export * from './change-lines';
export * from './page';
export * from './report';
export * from './places-page';
