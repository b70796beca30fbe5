import type { Schemas } from "../../api/client";
import type { State } from "../../design/Status";

export type Learning = Schemas["LearningView"];
export type CourseState = Schemas["CourseState"];
export type Reading = Schemas["CourseReading"];
export type Exercise = Schemas["ExerciseReading"];
export type Run = Schemas["ExerciseRun"];
export type Verdict = Schemas["QuizVerdict"];
export type Assignment = Schemas["Assignment"];
export type Rule = Schemas["AccessRule"];

export type LearningSearch = { tab?: string | undefined; new?: string | undefined; sort?: string | undefined };
export type CourseSearch = { course?: string | undefined; part?: string | undefined };

/** A course's state, in a mark and in words. */
export function stateOf(course: Pick<CourseState, "state" | "asked">): { mark: State; word: string } {
  switch (course.state) {
    case "passed":
      return { mark: "good", word: "Passed" };
    case "overdue":
      return { mark: "failed", word: "Overdue" };
    case "expired":
      return { mark: "risk", word: "Certificate is over" };
    case "under_way":
      return { mark: "partial", word: "Under way" };
    default:
      return { mark: "idle", word: course.asked ? "To do" : "Not begun" };
  }
}

/** What a reader sees one after the other: lessons by their number, then the quiz. */
export function partsOf(reading: Reading): string[] {
  return [...reading.lessons.map((l) => String(l.number)), "quiz"];
}

/** Where one goes on: the first lesson that is not read or has an exercise left, then the quiz. */
export function nextPart(reading: Reading): string {
  const left = reading.lessons.find((l) => !l.read || l.exercises.some((e) => !e.done));
  return left === undefined ? "quiz" : String(left.number);
}

/** What stands before the quiz; undefined when it is open. */
export function beforeQuiz(reading: Reading): string | undefined {
  const unread = reading.lessons.find((l) => !l.read);
  if (unread !== undefined) return `Read “${unread.title}” first.`;
  const undone = reading.lessons.flatMap((l) => l.exercises).find((e) => !e.done);
  return undone === undefined ? undefined : `Do the exercise “${undone.title}” first.`;
}

/** How much of a course is behind one, from 0 to 1: lessons, exercises and the quiz count alike. */
export function progressOf(course: CourseState): number {
  if (course.state === "passed") return 1;
  const all = course.lessons + course.exercises + 1;
  return Math.min(1, (course.lessons_read + course.exercises_done) / all);
}

/** The end of a day that somebody chose, as the API takes it. */
export function endOfDay(date: string): string | null {
  return date === "" ? null : `${date}T23:59:59Z`;
}
