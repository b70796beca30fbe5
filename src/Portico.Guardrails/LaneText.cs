namespace Portico.Guardrails;

/// <summary>
/// What a lane knows of its text: the characters that are held, as they came and in the form that is searched (<see cref="SearchForm"/>), and a little of that form before them.
/// Places are of the form, counted from the beginning of the text. Not for two threads at once.
/// </summary>
/// <param name="lookBehind">Characters of the form to keep before what is held.</param>
sealed class LaneText(int lookBehind)
{
    const int FirstSize = 256;

    char[] form = [];
    int formLength;

    /// <summary>Of the held characters, as they came.</summary>
    char[] raw = [];
    int rawLength;

    /// <summary>For each held character of the form where the character that it comes from begins and ends; unused while both are the same.</summary>
    (int Start, int End)[] places = [];
    bool isSame = true;

    /// <summary>Half of a pair whose other half has not come.</summary>
    char half;

    /// <summary>The place of the first character that is known.</summary>
    public long Origin { get; private set; }

    /// <summary>The place of the first character that is held.</summary>
    public long Start { get; private set; }

    public long End => Origin + formLength;

    /// <summary>Characters as they came before the first that is held.</summary>
    public long Released { get; private set; }

    /// <summary>Held characters as they came, half a pair not counted.</summary>
    public int RawLength => rawLength;

    public int Held => rawLength + (half == '\0' ? 0 : 1);

    /// <summary>From <see cref="Origin"/> on.</summary>
    public ReadOnlySpan<char> Form => form.AsSpan(0, formLength);

    int Before => (int)(Start - Origin);

    public void Add(ReadOnlySpan<char> piece)
    {
        if (half != '\0' && piece.Length > 0)
        {
            Span<char> pair = [half, piece[0]];
            half = '\0';
            var isPair = char.IsLowSurrogate(piece[0]);
            Append(pair[..(isPair ? 2 : 1)]);
            piece = piece[(isPair ? 1 : 0)..];
        }
        if (piece.Length > 0 && char.IsHighSurrogate(piece[^1]))
        {
            half = piece[^1];
            piece = piece[..^1];
        }
        Append(piece);
    }

    /// <summary>Nothing follows: half a pair is one character.</summary>
    public void Complete()
    {
        if (half != '\0')
            Append([half]);
        half = '\0';
    }

    void Append(ReadOnlySpan<char> text)
    {
        Room(ref raw, rawLength + text.Length);
        text.CopyTo(raw.AsSpan(rawLength));
        var plain = isSame ? SearchForm.PlainLength(text) : 0;
        Room(ref form, formLength + plain);
        text[..plain].CopyTo(form.AsSpan(formLength));
        formLength += plain;
        rawLength += plain;
        if (plain < text.Length)
            AppendMapped(text[plain..]);
    }

    void AppendMapped(ReadOnlySpan<char> text)
    {
        if (isSame)
        {
            isSame = false;
            if (places.Length < formLength - Before)
                places = new (int, int)[form.Length];
            for (var i = 0; i < formLength - Before; i++)
                places[i] = (i, i + 1);
        }
        while (text.Length > 0)
        {
            var mapped = SearchForm.Of(text, out var taken);
            Room(ref form, formLength + mapped.Length);
            if (places.Length < form.Length)
                Array.Resize(ref places, form.Length);
            foreach (var c in mapped)
            {
                places[formLength - Before] = (rawLength, rawLength + taken);
                form[formLength++] = c;
            }
            rawLength += taken;
            text = text[taken..];
        }
    }

    static void Room(ref char[] buffer, int length)
    {
        if (buffer.Length < length)
            Array.Resize(ref buffer, Math.Max(Math.Max(length, FirstSize), buffer.Length * 2));
    }

    /// <summary>Where a character of the form begins among the held ones as they came; the end of all for the end.</summary>
    public int BeginsAt(long place)
    {
        var at = (int)(place - Start);
        return isSame ? at
            : at == formLength - Before ? rawLength
            : places[at].Start;
    }

    /// <summary>Where the character before a place ends among the held ones as they came.</summary>
    public int EndsAt(long place)
    {
        var at = (int)(place - Start);
        return at <= 0 ? 0
            : isSame ? at
            : places[at - 1].End;
    }

    /// <summary>The place in the form of a character as it came, or of the next that the form has.</summary>
    public long PlaceOf(int rawAt)
    {
        if (isSame)
            return Start + rawAt;
        var (low, high) = (0, formLength - Before);
        while (low < high)
            if (places[(low + high) / 2].End <= rawAt)
                low = (low + high) / 2 + 1;
            else
                high = (low + high) / 2;
        return Start + low;
    }

    /// <summary>A place, or the beginning of the character that it is within: no half of one goes on.</summary>
    public long WholeBefore(long place)
    {
        while (!isSame && place > Start && place < End && places[(int)(place - Start)].Start == places[(int)(place - Start) - 1].Start)
            place--;
        return place;
    }

    public ReadOnlySpan<char> Raw(int from, int to) => raw.AsSpan(from, to - from);

    /// <summary>What stands before a place is held no more.</summary>
    public void Release(long place)
    {
        var goneRaw = place == End ? rawLength : BeginsAt(place);
        var gone = (int)(place - Start);
        if (goneRaw == 0 && gone == 0)
            return;
        raw.AsSpan(goneRaw, rawLength - goneRaw).CopyTo(raw);
        rawLength -= goneRaw;
        Released += goneRaw;
        if (!isSame)
        {
            var left = formLength - Before - gone;
            for (var i = 0; i < left; i++)
                places[i] = (places[gone + i].Start - goneRaw, places[gone + i].End - goneRaw);
            isSame = left == 0 && rawLength == 0;
        }
        Start = place;
        var drop = Before - Math.Min(Before, lookBehind);
        if (drop == 0)
            return;
        form.AsSpan(drop, formLength - drop).CopyTo(form);
        formLength -= drop;
        Origin += drop;
    }
}
