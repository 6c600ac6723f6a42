/** Colour and a sentence for each phase. */
export const phases: Record<string, { color: string; hint: string }> = {
  Running: { color: 'green', hint: 'The API answers and pods run.' },
  Waking: { color: 'yellow', hint: 'It is being started.' },
  Pending: { color: 'yellow', hint: 'It is about to be started.' },
  Sleeping: { color: 'blue', hint: 'No memory, no pods. It wakes when somebody connects.' },
  Stopped: { color: 'gray', hint: 'Asleep; only a person starts it.' },
  Failed: { color: 'red', hint: 'It could not be started.' },
  Terminating: { color: 'orange', hint: 'It is being removed.' },
};
