import { createRequire } from 'node:module';

// A process of the function, with the bundle that is deployed, and nothing else. Its arguments are the event, and how long it may run.
const { enrolment } = createRequire(import.meta.url)('../../assets/handlers/existing-service.lambda/index.js');
const [, , event, milliseconds] = process.argv;
const endsAt = Date.now() + Number(milliseconds);
const context = { invokedFunctionArn: 'arn:aws:lambda:us-east-1:111111111111:function:enrolment', getRemainingTimeInMillis: () => endsAt - Date.now() };
console.log(JSON.stringify({ answer: await enrolment(JSON.parse(event), context) }));
