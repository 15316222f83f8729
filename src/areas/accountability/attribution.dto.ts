/** What a request may say of a suggestion. */
import { Matches } from 'class-validator';
import { IsText } from '../../http/fields.js';

export class SettleSuggestionBody {
  /** Id of the event: the decision, or the limit that passed. */
  @Matches(/^[0-9a-f-]{36}$/) subject!: string;
  @Matches(/^LA\d{1,2}$/) pattern!: string;
  /** The index as of which it was looked at. */
  @Matches(/^\d{1,15}$/) asOf!: string;
  @IsText(2000) reason!: string;
}
