export * from './page';
export * from './report';
