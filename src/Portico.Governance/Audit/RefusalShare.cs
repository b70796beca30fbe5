namespace Portico.Governance.Audit;

/// <summary>How many refusals are written each second: who is refused again and again must not fill the log.</summary>
sealed class RefusalShare(TimeProvider time)
{
    /// <summary>That a node writes each second; how many more there were is said by the next one.</summary>
    const int PerSecond = 20;

    readonly Lock gate = new();
    long second;
    int inSecond;
    long left;

    /// <summary>Null when this second has its share; else how many were left out since the last one.</summary>
    public long? Take()
    {
        lock (gate)
        {
            var now = time.GetUtcNow().ToUnixTimeSeconds();
            if (now != second)
                (second, inSecond) = (now, 0);
            if (++inSecond > PerSecond)
            {
                left++;
                return null;
            }
            var more = left;
            left = 0;
            return more;
        }
    }
}
