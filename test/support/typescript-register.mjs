/** From here on this process imports the project's TypeScript; once, however often it is imported. */
import { register } from 'node:module';

register('./typescript.mjs', import.meta.url);
