import { Asked } from '../../../src/handlers/asked';

export const SECRET_NAME = 'postman/api-key';

/** What the construct asks for in these organisations. */
export const ASKED: Asked = { generation: 'insights', options: { discovery: true }, secret: SECRET_NAME };
