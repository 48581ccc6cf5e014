import { Asked } from '../../../src/handlers/existing-service/event';

export const SECRET_NAME = 'postman/api-key';

/** What the construct asks for in these organisations. */
export const ASKED: Asked = {
  generation: 'live-collection', options: { collection: '12345678-6b2a7ff4-0f3c-4d0e-9a55-3f1f7f3a1c11' }, secret: SECRET_NAME,
};
