using Spectre.Console;

namespace Portico.Server.Verbs;

/// <summary>Rows in columns. What is not a terminal gets plain lines that are never wrapped: a script reads them.</summary>
static class TextTable
{
    public static void Write(IReadOnlyList<IReadOnlyList<string>> rows, IReadOnlyList<string> titles, string whenEmpty = "Nothing yet.")
    {
        if (rows.Count == 0)
        {
            Console.WriteLine(whenEmpty);
            return;
        }
        if (Console.IsOutputRedirected)
            WritePlain([titles, .. rows]);
        else
            AnsiConsole.Write(Styled(rows, titles));
    }

    static Table Styled(IReadOnlyList<IReadOnlyList<string>> rows, IReadOnlyList<string> titles)
    {
        var table = new Table().Border(TableBorder.None);
        foreach (var title in titles)
            table.AddColumn(new TableColumn(new Text(title, Style.Parse("bold"))) { NoWrap = true });
        foreach (var row in rows)
            table.AddRow(row.Select(cell => new Text(cell)).ToArray());
        return table;
    }

    static void WritePlain(IReadOnlyList<IReadOnlyList<string>> lines)
    {
        var widths = Enumerable.Range(0, lines[0].Count).Select(i => lines.Max(l => l[i].Length)).ToList();
        foreach (var line in lines)
            Console.WriteLine(string.Join("  ", line.Select((cell, i) => cell.PadRight(widths[i]))).TrimEnd());
    }
}
