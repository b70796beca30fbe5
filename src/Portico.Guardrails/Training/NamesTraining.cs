using Portico.Guardrails.Names;
using Portico.Guardrails.Names.Corpus;

namespace Portico.Guardrails.Training;

/// <summary>Makes the model of names. The same sets make the same bytes.</summary>
/// <param name="sets">Whose sentence frames are used.</param>
/// <param name="report">Receives how far it is.</param>
/// <param name="count">Sentences that are made to train on; a sixth more to calibrate on.</param>
/// <param name="rounds">Times that all are gone over.</param>
/// <param name="bits">2 to this rows of weights.</param>
sealed class NamesTraining(LabelledSets sets, Action<string> report, int count = 120_000, int rounds = 5, int bits = 16)
{
    const ulong Seed = 20261126;

    /// <summary>Sets whose licence (MIT) lets their sentence frames be used. Only the frames are: names in them come from a generator under other terms and are replaced by ours.</summary>
    static readonly string[] FrameSets = ["pii_presidio_generated", "pii_presidio_synth", "pii_nano"];

    /// <summary>The file, by its name.</summary>
    public IReadOnlyDictionary<string, byte[]> Run()
    {
        var items = FrameSets.SelectMany(sets.Read).ToList();
        var scored = items.Where(IsScored).Select(Words).ToList();
        var frames = items
            .Where(item => !IsScored(item) && Words(item) is var words && !scored.Any(other => IsAlike(words, other)))
            .Select(Frame)
            .Distinct(StringComparer.Ordinal)
            .ToList();
        var maker = new SentenceMaker(Seed, frames, isHeld: false);
        var held = new SentenceMaker(Seed + 1, [], isHeld: true);
        var sentences = Enumerable.Range(0, count).Select(_ => maker.Next()).ToList();
        var calibration = Enumerable.Range(0, count / 6).Select(_ => held.Next()).ToList();
        var trainer = new NameTrainer(bits, Seed + 2);
        trainer.Train(sentences, rounds, report);
        var header = $"""
            kind: linear-chain conditional random field over hashed features, weights of 8 bits
            labels: person, organisation, address, place
            source: sentences made by Portico from {maker.Frames
                - frames.Count} frames and lists of its own (Apache-2.0): {count} sentences for training, {calibration.Count} from {held.Frames} other frames for calibration
            source: {frames.Count} frames (sentences without their names) of presidio-research (MIT, Microsoft Corporation) and PII-synthetic_dataset (MIT, Nannigalaxy), dev parts, 7 in 10 groups
            seed: {Seed}
            rounds: {rounds}
            """;
        return new Dictionary<string, byte[]>(StringComparer.Ordinal) { [NameModel.File] = trainer.Write(header, calibration) };
    }

    /// <summary>Whether an item is kept for scoring: 3 in 10 groups of the sets whose others are trained on.</summary>
    public static bool IsScored(LabelledText item)
    {
        var hash = 14695981039346656037UL;
        foreach (var c in item.Group)
            hash = (hash ^ c) * 1099511628211;
        return (hash >> 20) % 10 < 3;
    }

    /// <summary>The words of an item outside of its spans.</summary>
    static HashSet<string> Words(LabelledText item)
    {
        var text = item.Text.ToCharArray();
        foreach (var span in item.Spans)
            Array.Fill(text, ' ', span.Start, span.End - span.Start);
        var words = new string([.. text.Select(c => char.IsLetter(c) ? char.ToLowerInvariant(c) : ' ')]);
        return [.. words.Split(' ', StringSplitOptions.RemoveEmptyEntries)];
    }

    /// <summary>Whether two items were made of one template, or of two that are nearly the same: the sets share some.</summary>
    static bool IsAlike(HashSet<string> one, HashSet<string> other)
    {
        var shared = one.Count(other.Contains);
        return shared * 2 >= one.Count + other.Count - shared;
    }

    /// <summary>An item's text with slots where its names stood.</summary>
    static string Frame(LabelledText item)
    {
        var spans = Merged(item);
        var text = new System.Text.StringBuilder();
        var isLower = !item.Text.Any(char.IsUpper);
        var at = 0;
        foreach (var (start, end, slot) in spans)
        {
            if (start < at)
                continue;
            text.Append(FrameReader.Escape(item.Text[at..start]));
            text.Append('{')
                .Append(isLower && slot is not ("card" or "phone" or "email" or "date") ? "lower:" : "")
                .Append(slot)
                .Append('}');
            at = end;
        }
        return text.Append(FrameReader.Escape(item.Text[at..])).ToString();
    }

    static List<(int Start, int End, string Slot)> Merged(LabelledText item)
    {
        var spans = new List<(int Start, int End, string Slot)>();
        foreach (var span in item.Spans.OrderBy(s => s.Start))
        {
            var value = item.Text[span.Start..span.End];
            var slot = span.Type switch
            {
                "PERSON" => value.Contains(' ', StringComparison.Ordinal) ? "full" : "given",
                "TITLE" => value.Length <= 5 ? "title" : null,
                "ORGANIZATION" or "ORG" => "org",
                "STREET_ADDRESS" or "ADDRESS" => value.Contains('\n', StringComparison.Ordinal) ? "adr" : "adrline",
                "GPE" or "LOCATION" => "place",
                "CREDIT_CARD" => "card",
                "PHONE_NUMBER" => "phone",
                "EMAIL_ADDRESS" => "email",
                "DATE_TIME" => value.Any(char.IsDigit) && value.Length > 5 ? "date" : null,
                _ => null,
            };
            if (slot == "given" && value.EndsWith('.'))
                slot = "title";
            if (slot is null)
                continue;
            if (
                spans.Count > 0
                && spans[^1] is var before
                && span.Start - before.End <= 6
                && !item.Text[before.End..span.Start].Any(char.IsLetterOrDigit)
            )
            {
                if (before.Slot == "title" && slot is "full" or "given")
                {
                    spans[^1] = (before.Start, span.End, "titled");
                    continue;
                }
                if (
                    slot is "adr" or "adrline" or "place"
                    && before.Slot is "adr" or "adrline" or "place"
                    && (slot != "place" || before.Slot != "place")
                )
                {
                    spans[^1] = (
                        before.Start,
                        span.End,
                        item.Text[before.Start..span.End].Contains('\n', StringComparison.Ordinal) ? "adr" : "adrline"
                    );
                    continue;
                }
            }
            spans.Add((span.Start, span.End, slot));
        }
        // A title on its own stays as it is; a street alone was most often one.
        return [.. spans.Where(s => s.Slot != "title")];
    }
}
