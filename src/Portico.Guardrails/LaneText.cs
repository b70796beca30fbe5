namespace Portico.Guardrails;

/// <summary>
/// What a lane knows of its text: the characters that are held, as they came and in the form that is searched (<see cref="SearchForm"/>), and a little of that form before them.
/// Places are of the form, counted from the beginning of the text. Not for two threads at once.
/// </summary>
/// <param name="lookBehind">Characters of the form to keep before what is held.</param>
/// <param name="isJson">An escape of JSON is the character that it stands for.</param>
sealed class LaneText(int lookBehind, bool isJson = false)
{
    const int FirstSize = 256;

    char[] form = [];
    int formLength;

    /// <summary>The held characters as they came; unused while the form is the same, and most texts are.</summary>
    char[] raw = [];
    int rawLength;

    /// <summary>For each held character of the form where the character that it comes from begins and ends; unused while both are the same.</summary>
    (int Start, int End)[] places = [];
    bool isSame = true;

    /// <summary>The beginning of a pair or an escape whose rest has not come.</summary>
    readonly char[] tail = new char[SearchForm.MaxOpen];
    int tailLength;
    readonly char[] pair = new char[2];

    /// <summary>The place of the first character that is known.</summary>
    public long Origin { get; private set; }

    /// <summary>The place of the first character that is held.</summary>
    public long Start { get; private set; }

    public long End => Origin + formLength;

    /// <summary>Characters as they came before the first that is held.</summary>
    public long Released { get; private set; }

    /// <summary>Held characters as they came, half a pair or an escape not counted.</summary>
    public int RawLength => rawLength;

    public int Held => rawLength + tailLength;

    /// <summary>From <see cref="Origin"/> on.</summary>
    public ReadOnlySpan<char> Form => form.AsSpan(0, formLength);

    int Before => (int)(Start - Origin);

    public void Add(ReadOnlySpan<char> piece)
    {
        Span<char> joined = stackalloc char[2 * SearchForm.MaxOpen];
        while (tailLength > 0 && piece.Length > 0)
        {
            var more = Math.Min(piece.Length, SearchForm.MaxOpen);
            tail.AsSpan(0, tailLength).CopyTo(joined);
            piece[..more].CopyTo(joined[tailLength..]);
            Append(joined[..(tailLength + more)], isAll: false);
            piece = piece[more..];
        }
        if (piece.Length > 0)
            Append(piece, isAll: false);
    }

    /// <summary>Nothing follows: half a pair is one character, and the beginning of an escape is what it says.</summary>
    public void Complete()
    {
        Span<char> rest = stackalloc char[SearchForm.MaxOpen];
        tail.AsSpan(0, tailLength).CopyTo(rest);
        Append(rest[..tailLength], isAll: true);
    }

    /// <summary>All of it but what may be the beginning of one character, which becomes the tail.</summary>
    void Append(ReadOnlySpan<char> text, bool isAll)
    {
        tailLength = 0;
        var plain = isSame ? SearchForm.PlainLength(text, isJson) : 0;
        if (plain < text.Length)
            Room(ref raw, rawLength + text.Length);
        Room(ref form, formLength + plain);
        text[..plain].CopyTo(form.AsSpan(formLength));
        formLength += plain;
        rawLength += plain;
        for (text = text[plain..]; text.Length > 0; )
        {
            var mapped = SearchForm.Of(text, isJson, isAll, pair, out var taken);
            if (taken == 0)
            {
                text.CopyTo(tail);
                tailLength = text.Length;
                return;
            }
            AppendMapped(text[..taken], mapped);
            text = text[taken..];
        }
    }

    void AppendMapped(ReadOnlySpan<char> character, ReadOnlySpan<char> mapped)
    {
        if (isSame)
        {
            isSame = false;
            form.AsSpan(Before, formLength - Before).CopyTo(raw);
            if (places.Length < formLength - Before)
                places = new (int, int)[form.Length];
            for (var i = 0; i < formLength - Before; i++)
                places[i] = (i, i + 1);
        }
        Room(ref form, formLength + mapped.Length);
        if (places.Length < form.Length)
            Array.Resize(ref places, form.Length);
        foreach (var c in mapped)
        {
            places[formLength - Before] = (rawLength, rawLength + character.Length);
            form[formLength++] = c;
        }
        character.CopyTo(raw.AsSpan(rawLength));
        rawLength += character.Length;
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

    /// <summary>Held characters as they came.</summary>
    public ReadOnlySpan<char> Raw(int from, int to) => isSame ? form.AsSpan(Before + from, to - from) : raw.AsSpan(from, to - from);

    /// <summary>What stands before a place is held no more.</summary>
    public void Release(long place)
    {
        var goneRaw = place == End ? rawLength : BeginsAt(place);
        var gone = (int)(place - Start);
        if (goneRaw == 0 && gone == 0)
            return;
        if (!isSame)
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
