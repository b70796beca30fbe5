using System.Text;
using Microsoft.Net.Http.Headers;

namespace Portico.Gateway.Wire;

/// <summary>A part of a form: its name, its file's name where it is one, and the place of its value in the body.</summary>
readonly record struct FormPart(string Name, string? FileName, int Start, int End)
{
    public int Length => End - Start;
}

/// <summary>
/// The parts of a multipart/form-data body (https://www.rfc-editor.org/rfc/rfc7578) by their places: nothing is copied, so that the body can go on with one
/// value changed and every other byte as it came.
/// </summary>
static class FormBody
{
    public const int MaxParts = 100;
    const int MaxHeaderBytes = 8 * 1024;
    const int MaxBoundaryLength = 70;

    /// <exception cref="PorticoException">The body is not such a form, or is cut.</exception>
    public static List<FormPart> Read(ReadOnlySpan<byte> body, string contentType)
    {
        var delimiter = Encoding.ASCII.GetBytes("\r\n--" + Boundary(contentType));
        // The first delimiter has no line before it; what stands before it is of no meaning.
        var at = body.StartsWith(delimiter.AsSpan(2)) ? delimiter.Length - 2 : After(body, 0, delimiter);
        var parts = new List<FormPart>();
        while (!body[at..].StartsWith("--"u8))
        {
            if (parts.Count == MaxParts)
                throw Bad($"A form has at most {MaxParts} parts.");
            var head = HeadOf(body, at, out var start);
            var end = body[start..].IndexOf(delimiter);
            // An empty value: the delimiter's line break is the one behind the headers.
            if (start >= 2 && body[(start - 2)..].StartsWith(delimiter))
                end = -2;
            else if (end < 0)
                throw Bad("The form is cut: its last boundary is missing.");
            var stop = Math.Max(start, start + end);
            if (NameOf(head, out var fileName) is { } name)
                parts.Add(new FormPart(name, fileName, start, stop));
            at = start + end + delimiter.Length;
        }
        return parts;
    }

    static int After(ReadOnlySpan<byte> body, int from, ReadOnlySpan<byte> delimiter)
    {
        var found = body[from..].IndexOf(delimiter);
        return found < 0 ? throw Bad("The form does not hold the boundary that its content type names.") : from + found + delimiter.Length;
    }

    /// <summary>The headers of the part whose delimiter ends at a place, and where its value begins.</summary>
    static string HeadOf(ReadOnlySpan<byte> body, int at, out int start)
    {
        // Blanks may follow a boundary in its line.
        var line = body[at..].IndexOf("\r\n"u8);
        if (line < 0 || body.Slice(at, line).IndexOfAnyExcept((byte)' ', (byte)'\t') >= 0)
            throw Bad("The form is cut, or a boundary in it is followed by something else.");
        // The empty line may be the one of the boundary itself: a part without headers.
        var blank = body[(at + line)..].IndexOf("\r\n\r\n"u8);
        if (blank < 0 || blank > MaxHeaderBytes)
            throw Bad("The form has a part whose headers do not end.");
        start = at + line + blank + 4;
        return Encoding.UTF8.GetString(body.Slice(at + line, blank));
    }

    static string? NameOf(string head, out string? fileName)
    {
        fileName = null;
        foreach (var line in head.Split("\r\n", StringSplitOptions.RemoveEmptyEntries))
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            if (
                colon < 0
                || !line.AsSpan(0, colon).Trim().Equals("content-disposition", StringComparison.OrdinalIgnoreCase)
                || !ContentDispositionHeaderValue.TryParse(line[(colon + 1)..].Trim(), out var disposition)
            )
                continue;
            fileName =
                disposition.FileNameStar.HasValue ? disposition.FileNameStar.Value
                : disposition.FileName.HasValue ? HeaderUtilities.RemoveQuotes(disposition.FileName).Value
                : null;
            return HeaderUtilities.RemoveQuotes(disposition.Name).Value;
        }
        return null;
    }

    static string Boundary(string contentType) =>
        MediaTypeHeaderValue.TryParse(contentType, out var type)
        && HeaderUtilities.RemoveQuotes(type.Boundary).Value is { Length: > 0 and <= MaxBoundaryLength } boundary
            ? boundary
            : throw Bad("The content type names no boundary.");

    static PorticoException Bad(string message) => new(ErrorTable.InvalidRequest, message);
}
