// The phases of a run, by name.

import type { Phase } from '../phase.js';
import { cluster } from './cluster.js';
import { embedded } from './embedded.js';
import { sentinel } from './sentinel.js';
import { standalone } from './standalone.js';

export const phases: Readonly<Record<string, Phase>> = { embedded, standalone, sentinel, cluster };
