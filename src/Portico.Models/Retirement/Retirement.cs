using System.Globalization;
using Portico.Models.Cards;

namespace Portico.Models.Retirement;

/// <summary>
/// The announced end of a model, with the headers that answers carry: Sunset (RFC 8594) from 60 days before the day on, Deprecation (RFC 9745) from the day
/// on. Calls pass all the same: the provider's answer decides. The texts are made with the snapshot.
/// </summary>
public sealed class ModelRetirement
{
    public const int NoticeDays = 60;

    readonly DateTimeOffset end;
    readonly DateTimeOffset notice;

    internal ModelRetirement(CardRetirement retirement)
    {
        Date = retirement.Date;
        Replacement = retirement.Replacement;
        end = new DateTimeOffset(retirement.Date, TimeOnly.MinValue, TimeSpan.Zero);
        notice = end.AddDays(-NoticeDays);
        Sunset = end.ToString("R", CultureInfo.InvariantCulture);
        Deprecation = "@" + end.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
    }

    public DateOnly Date { get; }
    public string? Replacement { get; }

    /// <summary>The day as HTTP writes times.</summary>
    public string Sunset { get; }

    /// <summary>The day as a structured field.</summary>
    public string Deprecation { get; }

    /// <summary>Less than 60 days are left, or it is over.</summary>
    public bool IsNear(DateTimeOffset now) => now >= notice;

    public bool IsOver(DateTimeOffset now) => now >= end;

    /// <summary>Whole days until the day, negative behind it.</summary>
    public int DaysLeft(DateTimeOffset now) => Date.DayNumber - DateOnly.FromDateTime(now.UtcDateTime).DayNumber;
}
