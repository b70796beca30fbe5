using System.Buffers.Text;
using System.Text;

namespace Portico.Core;

/// <summary>One page of a list. <see cref="Next"/> is the cursor of the following page, null on the last.</summary>
public sealed record Page<T>(IReadOnlyList<T> Items, string? Next);

/// <summary>
/// What a list call asks for: at most <see cref="Limit"/> rows (1–<see cref="MaxLimit"/>) after the cursor.
/// A cursor is opaque to callers: base64url of the last row's sort key.
/// </summary>
public readonly record struct PageRequest(int Limit, string? After)
{
    public const int DefaultLimit = 50;
    public const int MaxLimit = 1_000;

    /// <exception cref="PorticoException">The limit is out of range or the cursor is not one of ours.</exception>
    public static PageRequest From(int? limit, string? cursor)
    {
        var rows = limit ?? DefaultLimit;
        if (rows is < 1 or > MaxLimit)
            throw new PorticoException(ErrorTable.InvalidRequest, $"limit must be from 1 to {MaxLimit}; it is {rows}.", "limit");
        return new PageRequest(rows, cursor is null ? null : Decode(cursor));
    }

    public static string Encode(string key) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(key));

    static string Decode(string cursor)
    {
        try
        {
            return Encoding.UTF8.GetString(Base64Url.DecodeFromChars(cursor));
        }
        catch (FormatException)
        {
            throw new PorticoException(
                ErrorTable.InvalidRequest,
                "cursor is not one that this list gave out. Start again without it.",
                "cursor"
            );
        }
    }

    /// <summary>Cuts a list that was read with one row too many into a page.</summary>
    public Page<T> Cut<T>(IReadOnlyList<T> rows, Func<T, string> key)
    {
        if (rows.Count <= Limit)
            return new Page<T>(rows, null);
        var kept = rows.Take(Limit).ToList();
        return new Page<T>(kept, Encode(key(kept[^1])));
    }
}
