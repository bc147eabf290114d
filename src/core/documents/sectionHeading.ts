/** The heading of a day's section, without `##`; never localised. */
export const sectionHeading = (date: string): string => `Session: ${date}`;
/** Matches such a heading's text; the first group is the date. */
export const sectionHeadingPattern = /^Session: (\d{4}-\d{2}-\d{2})$/;
