using System.Buffers;

namespace Portico.Guardrails.Pii;

/// <summary>The readings of one place: which kind of thing may begin there, and how sure that is.</summary>
static class Reading
{
    /// <summary>What is less sure than this is nothing.</summary>
    const float Least = 0.1f;

    /// <summary>Letters of the longest group that is looked at to tell whether a number is there: the name of a month.</summary>
    const int MaxGroup = 12;

    /// <summary>From here on a word that says otherwise does not count.</summary>
    const float Certain = 0.81f;

    /// <summary>Characters before a number in which a word may say that it is something else.</summary>
    const int OtherLength = 24;

    static readonly string[] OtherWords =
        "order|invoice|product|ref|isbn|issn|ean|upc|gtin|doi|page|pages|pp|rfc|version|release|part number|part no|ticket|serial|sku|model|tracking|total|sum|amount|price|usd|eur|gbp|cost|population|coordinates|latitude|longitude|lat|lon|lng|commit|hash|checksum|port|error code|article|bestellnummer|rechnung|facture|commande|pedido|factura|ordine|fattura|figure|table|chapter|section|vol|volume|room|line|timestamp|epoch|uuid|guid|patent|case no|docket|build|issue|bug|pmid|arxiv|oclc|barcode|batch|lot".Split(
            '|'
        );

    static readonly SearchValues<string> FastOtherWords = SearchValues.Create(OtherWords, StringComparison.Ordinal);

    static readonly string[] VersionWords =
    [
        "version",
        "ver",
        "release",
        "build",
        "firmware",
        "chrome",
        "upgrade",
        "update",
        "driver",
        "software",
        "python",
        "node",
        "java",
        "php",
        "kernel",
        "firefox",
        "safari",
        "package",
        "library",
        "plugin",
        "v",
        "section",
        "clause",
        "chapter",
        "figure",
    ];
    static readonly string[] NetworkWords =
    [
        "ip",
        "ipv6",
        "ipv4",
        "address",
        "host",
        "server",
        "ping",
        "subnet",
        "localhost",
        "gateway",
        "dns",
        "connect",
        "connecting",
    ];

    /// <summary>The surest thing that begins at <paramref name="start"/>.</summary>
    public static Candidate Best(ref Sight sight, int start)
    {
        Span<char> buffer = stackalloc char[ContextWindow.Length];
        var written = 0;
        var context = new ContextWindow(sight.Text, start, buffer, ref written);
        var first = sight[start];
        var mail = EmailAddresses.End(ref sight, start);
        if (mail > 0)
            return new Candidate(mail, "pii.email", MailScore(ref sight, start, mail));
        var before = start > 0 ? sight.Text[start - 1] : '\0';
        var before2 = start > 1 ? sight.Text[start - 2] : '\0';
        if (char.IsAsciiHexDigit(first) || first == ':')
        {
            var network = Network(ref sight, start, context, before, before2);
            if (network.End > 0)
                return network;
        }
        if (before is '-' or '.' && Letters.IsWord(before2))
            return default;
        if (first is '(')
            return PhoneNumbers.FindInParentheses(ref sight, start, context);
        if (first is '+')
            return PhoneNumbers.Find(ref sight, start, context, isOther: false);
        if (!Letters.IsAlphanumeric(first))
            return Dated(ref sight, start, context);
        if (!HasEnough(ref sight, start))
            return default;
        if (IsDeep(ref sight, start))
            return default;
        var date = Dates.End(ref sight, start);
        if (date > 0 && Dates.AreOfBirth(context))
            return new Candidate(date, Dates.Kind, 0.9f);
        if (before is '+' || (before == ',' && char.IsAsciiDigit(before2) && sight[start + 3] is ',' or '.' or ' ' or '\0'))
            return default;
        var isInPath = before == '/' && before2 != ' ' && before2 != '\0';
        var isMoney = before is '$' or '€' or '£' or '¥' or '₹' || (before == ' ' && before2 is '$' or '€' or '£');
        var isOther = isInPath || isMoney;
        var best = NumberReading.Find(ref sight, start, context, isOther);
        if (char.IsAsciiLetter(first) && Iban.End(ref sight, start) is var iban and > 0)
            best = best.Or(new Candidate(iban, "pii.iban", 0.98f));
        if (char.IsAsciiDigit(first) && !isMoney)
            best = best.Or(PhoneNumbers.Find(ref sight, start, context, isOther || date > 0 || IsInside(sight.Text, start)));
        // Looked at last and only for what is unsure: it is the longest list.
        if (!isOther && best.Score is >= Least and < Certain && context.Has(FastOtherWords, OtherWords, OtherLength))
            best = best with { Score = best.Score / 2 };
        return best.Score >= Least ? best : default;
    }

    /// <summary>A group of one or two digits behind two such groups: a list, in which no number begins that did not begin before.</summary>
    static bool IsDeep(ref Sight sight, int start)
    {
        if (char.IsAsciiDigit(sight[start + 2]) || !char.IsAsciiDigit(sight[start]))
            return false;
        var (at, groups) = (start - 1, 0);
        for (; groups < 2 && at > 1 && sight.Text[at] is ' ' or '/' or ':'; groups++, at--)
        {
            var end = at--;
            while (at >= 0 && end - at < 4 && char.IsAsciiDigit(sight.Text[at]))
                at--;
            if (end - at is 1 or > 3)
                return false;
            at++;
        }
        return groups == 2;
    }

    /// <summary>Behind a blank and a short group of digits: rather a further group of something else.</summary>
    static bool IsInside(ReadOnlySpan<char> text, int start)
    {
        var at = start - 2;
        if (at < 0 || text[start - 1] != ' ')
            return false;
        while (at >= 0 && start - at < 8 && char.IsAsciiDigit(text[at]))
            at--;
        return start - 2 - at is > 0 and < 6 && (at < 0 || text[at] != ':');
    }

    /// <summary>Whether at least five letters and digits, one of them a digit, stand here in groups: most numbers of prose do not.</summary>
    static bool HasEnough(ref Sight sight, int start)
    {
        var (count, hasDigit) = (0, false);
        for (var at = start; at < start + 2 * MaxGroup; at++)
        {
            var c = sight[at];
            if (char.IsAsciiDigit(c))
                hasDigit = true;
            if (Letters.IsAlphanumeric(c) || (count > 0 && char.IsLetter(c)))
                count++;
            else if (!(Letters.IsSeparator(c) || c is '(' or ')' or ',' or '+' or ':'))
                return false;
            else if (!(Letters.IsWord(sight[at + 1]) || sight[at + 1] is '(' or ' ' or '/' or '-'))
                return false;
            if (count >= NumberReading.Fewest && hasDigit)
                return true;
        }
        return false;
    }

    static Candidate Dated(ref Sight sight, int start, scoped ContextWindow context) =>
        Dates.End(ref sight, start) is var end and > 0 && Dates.AreOfBirth(context) ? new Candidate(end, Dates.Kind, 0.9f) : default;

    static float MailScore(ref Sight sight, int start, int end)
    {
        // A remote of git or scp, and the password of a URL, have the same form.
        if (sight[end] == ':' && (char.IsLetter(sight[end + 1]) || sight[end + 1] is '~' or '/'))
            return 0.4f;
        var token = start;
        while (token > 0 && start - token < ContextWindow.Length && !char.IsWhiteSpace(sight.Text[token - 1]))
            token--;
        return sight.Text[token..start].Contains("://", StringComparison.Ordinal) && sight.Text[start - 1] is ':' or '/' ? 0.4f : 0.97f;
    }

    static Candidate Network(ref Sight sight, int start, scoped ContextWindow context, char before, char before2)
    {
        var card = NetworkAddresses.CardEnd(ref sight, start);
        if (card > 0 && before is not (':' or '-' or '.'))
            return new Candidate(card, "pii.mac_address", 0.9f);
        if (before == ':' && before2 == ':')
            return default;
        if (before is '-' or '.' or ':' && Letters.IsWord(before2))
            if (!(before == ':' && char.IsAsciiLetter(before2)) && !(before == '-' && char.IsAsciiDigit(before2)))
                return default;
        var (six, digits) = NetworkAddresses.Version6(ref sight, start);
        if (six > 0)
        {
            var written = sight.Text[start..six];
            var isSure =
                digits >= 5 && CheckDigits.HasDigit(written) && written.Count(':') >= 3 || digits >= 7 && CheckDigits.HasDigit(written);
            var score =
                isSure || written.Contains('.') || written is "::1" && before != '[' || context.Has(NetworkWords) ? 0.9f
                : CheckDigits.HasDigit(written) && digits >= 5 ? 0.6f
                : written.Contains('/') && before != '[' ? 0.8f
                : CheckDigits.HasDigit(written)
                    ? before == '[' ? 0.2f
                        : 0.6f
                : 0;
            if (score == 0)
                return default;
            return new Candidate(six, "pii.ip_address", score);
        }
        if (!char.IsAsciiDigit(sight[start]))
            return default;
        var four = NetworkAddresses.Version4End(ref sight, start);
        if (four == 0)
            return default;
        var isVersion = context.Has(VersionWords) && !context.Has(NetworkWords);
        return new Candidate(
            four,
            "pii.ip_address",
            isVersion ? 0.3f
                : IsPrivate(sight.Text[start..four]) ? 0.6f
                : 0.9f
        );
    }

    /// <summary>Addresses that many networks have (RFC 1918, RFC 6890) tell little of anyone.</summary>
    static bool IsPrivate(ReadOnlySpan<char> address) =>
        address.StartsWith("10.")
        || address.StartsWith("192.168.")
        || address.StartsWith("127.")
        || address.StartsWith("0.")
        || address.StartsWith("255.")
        || address.StartsWith("169.254.");
}
