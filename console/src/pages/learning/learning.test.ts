import { describe, expect, it } from "vitest";
import { beforeQuiz, type CourseState, endOfDay, nextPart, partsOf, progressOf, type Reading, stateOf } from "./learning";

const state: CourseState = {
  id: "a",
  version: 1,
  title: "A",
  says: "",
  for: [],
  minutes: 8,
  asked: true,
  demanded: false,
  due_at: null,
  state: "under_way",
  lessons_read: 1,
  lessons: 2,
  exercises_done: 0,
  exercises: 1,
  certificate_until: null,
};
const exercise = { id: "e", title: "Do it", task: "", start: "", system: null, checks: [], done: false, run_id: null };
const reading: Reading = {
  state,
  pass_mark: 80,
  lessons: [
    { number: 1, title: "One", text: "", read: true, exercises: [exercise] },
    { number: 2, title: "Two", text: "", read: false, exercises: [] },
  ],
  questions: [],
  attempts_left: 3,
  opens_at: null,
  attempts: [],
  certificate_id: null,
};
const read = { ...reading, lessons: reading.lessons.map((l) => ({ ...l, read: true })) };
const done = { ...read, lessons: read.lessons.map((l) => ({ ...l, exercises: l.exercises.map((e) => ({ ...e, done: true })) })) };

describe("a course", () => {
  it("goes on where something is left", () => {
    expect(partsOf(reading)).toEqual(["1", "2", "quiz"]);
    expect(nextPart(reading)).toBe("1");
    expect(nextPart(done)).toBe("quiz");
  });
  it("says what stands before its quiz", () => {
    expect(beforeQuiz(reading)).toBe("Read “Two” first.");
    expect(beforeQuiz(read)).toBe("Do the exercise “Do it” first.");
    expect(beforeQuiz(done)).toBeUndefined();
  });
  it("counts lessons, exercises and the quiz alike", () => {
    expect(progressOf(state)).toBe(0.25);
    expect(progressOf({ ...state, state: "passed" })).toBe(1);
  });
  it("has its state in words", () => {
    expect(stateOf({ state: "open", asked: true }).word).toBe("To do");
    expect(stateOf({ state: "open", asked: false }).word).toBe("Not begun");
    expect(stateOf({ state: "overdue", asked: true }).mark).toBe("failed");
  });
  it("is due at the end of a day", () => {
    expect(endOfDay("2027-01-31")).toBe("2027-01-31T23:59:59Z");
    expect(endOfDay("")).toBeNull();
  });
});
