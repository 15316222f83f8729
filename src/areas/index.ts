/** The areas: their deciders and their routes. */
import type { Type } from '@nestjs/common';
import type { Decider } from '../kernel/decider.js';
import { calendarYear } from './calendar/calendar.js';
import { CalendarController } from './calendar/calendar.controller.js';

export const deciders: readonly Decider[] = [calendarYear];
export const controllers: readonly Type[] = [CalendarController];
