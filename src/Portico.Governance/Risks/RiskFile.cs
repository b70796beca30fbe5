using System.Globalization;
using System.Text;
using Portico.Governance.Policy;
using Portico.Governance.Risks.Controls;

namespace Portico.Governance.Risks;

/// <summary>The register as a file: a line an item and control, each with when, where and under which policies it was read.</summary>
static class RiskFile
{
    /// <summary>What the register is, on every copy of it.</summary>
    public const string Says =
        "Controls of Portico that support work on these risks and duties, and how they stand. It is no statement that anybody complies with anything.";

    public const string NotCovered = "not covered";

    /// <summary>RFC 4180.</summary>
    public static string Csv(RiskReading reading)
    {
        var csv = new StringBuilder();
        Line(
            csv,
            "as_of",
            "product_version",
            "level",
            "level_name",
            "policies",
            "framework",
            "edition",
            "item",
            "title",
            "control",
            "control_title",
            "state",
            "finding",
            "evidence",
            "tests",
            "left",
            "source"
        );
        foreach (var framework in reading.Frameworks)
        foreach (var item in framework.Items)
        foreach (var control in item.Controls.Count == 0 ? [null] : item.Controls.Select(ControlBook.Find))
        {
            var found = control is null ? null : reading.Findings.GetValueOrDefault(control.Id);
            Line(
                csv,
                AsOf(reading),
                reading.ProductVersion,
                reading.Level?.Id ?? "",
                reading.Level?.Name ?? "",
                Policies(reading),
                framework.Name,
                framework.Edition,
                item.Id,
                item.Title,
                control?.Id ?? "",
                control?.Title ?? "",
                control is null ? NotCovered : StateOf(found),
                found?.Says ?? "",
                control?.Endpoint ?? "",
                control is null ? "" : string.Join(' ', control.Tests),
                item.Left,
                framework.Url
            );
        }
        return csv.ToString();
    }

    public static string Markdown(RiskReading reading)
    {
        var page = new StringBuilder("# Risk register\n\n").Append(Says).Append("\n\n");
        page.Append(CultureInfo.InvariantCulture, $"- As of: {AsOf(reading)}\n- Portico: {reading.ProductVersion}\n");
        page.Append("- Level: ")
            .Append(
                reading.Level is { } level
                    ? $"{PolicyLevel.NounOf(level.Scope)} {Text(level.Name)} ({level.Id})"
                    : "none: the mapping alone"
            )
            .Append('\n');
        page.Append("- Policies: ").Append(Text(Policies(reading) is { Length: > 0 } policies ? policies : "none")).Append('\n');
        foreach (var framework in reading.Frameworks)
        {
            page.Append(
                CultureInfo.InvariantCulture,
                $"\n## {framework.Name}\n\n{framework.Edition}. <{framework.Url}>. {framework.Says}\n\n"
            );
            page.Append("| item | title | controls | what is left |\n|---|---|---|---|\n");
            foreach (var item in framework.Items)
                page.Append(CultureInfo.InvariantCulture, $"| {item.Id} | {item.Title} | {ControlsOf(item, reading)} | {item.Left} |\n");
        }
        page.Append("\n## Controls\n\n| control | what it does | state | evidence |\n|---|---|---|---|\n");
        foreach (var c in reading.Controls)
        {
            var found = reading.Findings.GetValueOrDefault(c.Id);
            var state = found is null ? "" : $"{StateOf(found)}: {Text(found.Says)}";
            page.Append(CultureInfo.InvariantCulture, $"| {c.Title} | {c.Says} | {state} | `{c.Endpoint}` |\n");
        }
        return page.ToString();
    }

    static string ControlsOf(FrameworkItem item, RiskReading reading) =>
        item.Controls.Count == 0
            ? NotCovered
            : string.Join(
                ", ",
                item.Controls.Select(id =>
                    reading.Findings.GetValueOrDefault(id) is { } found
                        ? $"{ControlBook.Find(id)!.Title} ({StateOf(found)})"
                        : ControlBook.Find(id)!.Title
                )
            );

    static string AsOf(RiskReading reading) => reading.At.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    static string Policies(RiskReading reading) => string.Join("; ", reading.Policies.Select(p => $"{p.Says} version {p.Version}"));

    static string StateOf(ControlFinding? found) =>
        found?.State switch
        {
            null => "",
            ControlState.InForce => "in force",
            ControlState.Partial => "partial",
            ControlState.Absent => "absent",
            _ => "unknown",
        };

    /// <summary>Names are foreign text: none makes a cell, a line or a tag of its own.</summary>
    static string Text(string text)
    {
        var safe = new StringBuilder(text.Length);
        foreach (var c in text)
            safe.Append(
                c switch
                {
                    '|' or '<' or '>' or '[' or ']' or '`' or '\\' or '*' or '_' => $"\\{c}",
                    < ' ' => " ",
                    _ => c.ToString(),
                }
            );
        return safe.ToString();
    }

    static void Line(StringBuilder csv, params string[] cells) => csv.AppendJoin(',', cells.Select(Cell)).Append("\r\n");

    /// <summary>A name that a spreadsheet would take for a formula gets an apostrophe before it.</summary>
    static string Cell(string text)
    {
        if (text.Length > 0 && text[0] is '=' or '+' or '-' or '@' or '\t' or '\r' or '\n' or '＝' or '＋' or '－' or '＠')
            text = "'" + text;
        return text.AsSpan().IndexOfAny(",\"\r\n") < 0 ? text : $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
    }
}
