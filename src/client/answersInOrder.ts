/** Answers may overtake each other: one to a later question is newer, whenever it comes. */
export interface AnswersInOrder {
  /** To be called with each question. @returns takes its answer when it comes: false where it is old news by then */
  ask(): () => boolean;
  /** Whether a newer answer than the last one taken is still to come. */
  pending(): boolean;
  /** Makes everything asked so far old news. */
  drop(): void;
}

export function answersInOrder(): AnswersInOrder {
  let asked = 0;
  let taken = 0;
  return {
    ask() {
      const turn = ++asked;
      return () => {
        if (turn <= taken) return false;
        taken = turn;
        return true;
      };
    },
    pending: () => taken < asked,
    drop: () => void (taken = asked),
  };
}
