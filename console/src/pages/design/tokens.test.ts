import { describe, expect, test } from "vitest";
import sheet from "../../design/tokens.css?raw";
import { contrast } from "./contrast";

/** The colours of a scheme, by role. */
function colours(scheme: "light" | "dark"): Map<string, string> {
  const block = sheet.split(`data-mantine-color-scheme="${scheme}"] {`)[1]?.split("}")[0] ?? "";
  return new Map([...block.matchAll(/--([\w-]+): (#[0-9a-f]{6});/g)].map((m) => [m[1] as string, m[2] as string]));
}

describe.each(["light", "dark"] as const)("%s", (scheme) => {
  const all = colours(scheme);
  const of = (role: string) => {
    const colour = all.get(role);
    if (colour === undefined) throw new Error(`no colour ${role}`);
    return colour;
  };

  test.each(["text", "muted", "faint", "accent", "ok", "warn", "bad", "refuse"])(
    "text in %s can be read on every ground",
    (role) => {
      for (const ground of ["surface", "canvas", "sunken", "raised", "hover"])
        expect(contrast(of(role), of(ground)), `${role} on ${ground}`).toBeGreaterThanOrEqual(4.5);
    },
  );

  test("words on soft grounds can be read", () => {
    for (const role of ["ok", "warn", "bad", "refuse", "accent"])
      expect(contrast(of(role), of(`${role}-soft`)), role).toBeGreaterThanOrEqual(4.5);
  });

  test("the main action can be read", () => expect(contrast("#ffffff", of("main"))).toBeGreaterThanOrEqual(4.5));

  test("marks of charts and edges of fields stand out", () => {
    for (const role of ["series-1", "series-2", "series-3", "series-4", "series-5", "series-6", "series-other", "edge"])
      expect(contrast(of(role), of("surface")), role).toBeGreaterThanOrEqual(3);
  });

  test("series stay apart, also for those who see fewer colours", () => {
    const series = [1, 2, 3, 4, 5, 6].map((n) => of(`series-${n}`));
    for (const seen of [normal, protan, deutan, tritan])
      for (const [i, one] of series.entries())
        for (const other of series.slice(i + 1))
          expect(difference(seen(one), seen(other)), `${one} ${other} ${seen.name}`).toBeGreaterThanOrEqual(8);
  });
});

type Rgb = [number, number, number];

const linear = (colour: string): Rgb =>
  [1, 3, 5].map((at) => {
    const part = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  }) as Rgb;

const by = (m: readonly Rgb[], [r, g, b]: Rgb): Rgb => m.map(([x, y, z]) => x * r + y * g + z * b) as Rgb;

// Whole absence of a cone, in linear RGB: G. M. Machado, M. M. Oliveira, L. A. F. Fernandes, IEEE TVCG 15(6), 2009, severity 1.0.
const normal = (c: string) => linear(c);
const protan = (c: string) =>
  by(
    [
      [0.152286, 1.052583, -0.204868],
      [0.114503, 0.786281, 0.099216],
      [-0.003882, -0.048116, 1.051998],
    ],
    linear(c),
  );
const deutan = (c: string) =>
  by(
    [
      [0.367322, 0.860646, -0.227968],
      [0.280085, 0.672501, 0.047413],
      [-0.01182, 0.04294, 0.968881],
    ],
    linear(c),
  );
const tritan = (c: string) =>
  by(
    [
      [1.255528, -0.076749, -0.178779],
      [-0.078411, 0.930809, 0.147602],
      [0.004733, 0.691367, 0.3039],
    ],
    linear(c),
  );

/** Distance in OKLab times 100: B. Ottosson, https://bottosson.github.io/posts/oklab/. */
function difference(one: Rgb, other: Rgb): number {
  const [a, b] = [oklab(one), oklab(other)];
  return 100 * Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);
}

function oklab(rgb: Rgb): Rgb {
  const lms = by(
    [
      [0.4122214708, 0.5363325363, 0.0514459929],
      [0.2119034982, 0.6806995451, 0.1073969566],
      [0.0883024619, 0.2817188376, 0.6299787005],
    ],
    rgb.map((part) => Math.max(0, part)) as Rgb,
  ).map(Math.cbrt) as Rgb;
  return by(
    [
      [0.2104542553, 0.793617785, -0.0040720468],
      [1.9779984951, -2.428592205, 0.4505937099],
      [0.0259040371, 0.7827717662, -0.808675766],
    ],
    lms,
  );
}
