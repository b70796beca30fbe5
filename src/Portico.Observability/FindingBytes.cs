namespace Portico.Observability;

/// <summary>Findings as the journal holds them, see <see cref="RecordBytes"/>.</summary>
static class FindingBytes
{
    public static void Write(CallFinding found, ByteWriter to)
    {
        to.Text(found.Rule);
        to.Text(found.Kind);
        to.Text(found.Channel);
        to.Text(found.Where);
        to.Number(found.Start);
        to.Number(found.Length);
        to.Number(found.ScorePercent);
        to.Text(found.Action);
        to.Text(found.Digest);
    }

    public static CallFinding[] ReadAll(ref ByteReader from)
    {
        var count = from.Count();
        if (count == 0)
            return [];
        var findings = new CallFinding[count];
        for (var i = 0; i < count; i++)
            findings[i] = new CallFinding(
                from.Text() ?? "",
                from.Text(),
                from.Text() ?? "",
                from.Text() ?? "",
                from.Number(),
                (int)from.Number(),
                (int)from.Number(),
                from.Text() ?? "",
                from.Text()
            );
        return findings;
    }
}
