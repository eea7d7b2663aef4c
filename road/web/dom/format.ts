/** Numbers and phrases as text for a person. */

export const milliseconds = (value: number) => `${value < 10 ? value.toFixed(1) : Math.round(value)} ms`;

/** Words as a sentence of their own. */
export const sentence = (words: string) => `${words[0]!.toUpperCase()}${words.slice(1).replace(/\.$/, "")}.`;
