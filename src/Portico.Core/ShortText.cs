namespace Portico.Core;

/// <summary>Texts that others wrote, up to a length.</summary>
public static class ShortText
{
    /// <summary>The first characters of a text. None is cut in two: half of one can neither be stored nor sent.</summary>
    /// <param name="text">The text.</param>
    /// <param name="length">How many UTF-16 units there may be, at least 1.</param>
    public static string UpTo(string text, int length) =>
        text.Length <= length ? text : text[..(char.IsHighSurrogate(text[length - 1]) ? length - 1 : length)];
}
