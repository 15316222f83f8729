/** The areas: their deciders and their routes. */
import type { Type } from '@nestjs/common';
import type { Decider } from '../kernel/decider.js';
import { calendarYear } from './calendar/calendar.js';
import { CalendarController } from './calendar/calendar.controller.js';
import { CatalogueController } from './catalogue/catalogue.controller.js';
import { item } from './catalogue/item.js';
import { MatterHistoryController } from './matters/history.controller.js';
import { matter } from './matters/matter.js';
import { MattersController } from './matters/matters.controller.js';

export const deciders: readonly Decider[] = [calendarYear, item, matter];
export const controllers: readonly Type[] = [
  CalendarController,
  CatalogueController,
  MatterHistoryController,
  MattersController,
];
