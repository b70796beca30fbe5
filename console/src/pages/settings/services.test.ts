import { describe, expect, test } from "vitest";
import { claimsOf, sampleOf, textOfClaims } from "./services";

describe("services", () => {
  test("Claims are read a line each, and a line that is none is told", () => {
    const read = claimsOf("ref = refs/heads/main\n\nenv=prod=eu\nnothing\n= main\nref =");
    expect(read.claims).toEqual([
      { claim: "ref", value: "refs/heads/main" },
      { claim: "env", value: "prod=eu" },
    ]);
    expect(read.wrong).toEqual([4, 5, 6]);
    expect(claimsOf(textOfClaims(read.claims))).toEqual({ claims: read.claims, wrong: [] });
  });

  test("What was pasted is a token, claims, or neither", () => {
    expect(sampleOf(" eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhIn0.c2ln\n")).toEqual({
      token: "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhIn0.c2ln",
    });
    expect(sampleOf('{"iss":"https://token.example.com"}')).toEqual({ claims: { iss: "https://token.example.com" } });
    for (const none of ["", "[]", "null", "a.b", "{"]) expect(sampleOf(none)).toBeUndefined();
  });
});
