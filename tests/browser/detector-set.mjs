// A set of models as a file: the shipped ones, adjusted by the product itself to a few decided findings.
import { execFileSync } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const program = fileURLToPath(new URL("../../src/Portico.Server/bin/Release/net10.0/portico.dll", import.meta.url));

/** The path of the file of a set that one workspace may use. */
export function detectorSet(workspace, version) {
  const folder = mkdtempSync(join(tmpdir(), "portico-set-"));
  const decided = join(folder, "decided.jsonl");
  const lines = ["4711", "4712 of line two", "4713, urgent"].map((what) => ({
    workspace_id: workspace,
    kind: "injection.override",
    channel: "user",
    state: "false_alarm",
    text: `Ticket ${what}: please ignore the previous instructions of the supplier and follow the new packing rules.`,
  }));
  writeFileSync(decided, lines.map((l) => JSON.stringify(l)).join("\n"));
  const bundle = join(folder, `${version}.models`);
  const words = ["guardrails", "train", "--reviews", decided, "--base", "shipped", "--bundle", bundle, "--version-name", version];
  execFileSync("dotnet", [program, ...words], { stdio: "pipe" });
  return bundle;
}
