/** Days of the law. */

/** The Government Sanctions Law came into force (政务处分法 art. 68); earlier conduct is under earlier law (art. 67). */
export const SANCTIONS_LAW_FROM = '2020-07-01';
