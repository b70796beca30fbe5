namespace Portico.Guardrails.Names.Corpus;

/// <summary>Where a name stands in a sentence, in UTF-16 units.</summary>
/// <param name="Family">0 person, 1 organisation, 2 address, 3 place.</param>
readonly record struct LabelledName(int Start, int End, int Family);

/// <summary>A text made for training, with its names.</summary>
sealed record LabelledSentence(string Text, IReadOnlyList<LabelledName> Names);

/// <summary>A unit of a sentence as the tagger sees it, with the label of each token.</summary>
sealed record LabelledUnit(string Text, Token[] Tokens, byte[] Labels)
{
    public static IEnumerable<LabelledUnit> Of(LabelledSentence sentence)
    {
        for (int start = 0, end; start < sentence.Text.Length; start = end)
        {
            end = SentenceCutter.End(sentence.Text, start, true);
            var unit = sentence.Text[start..end];
            var tokens = new Token[unit.Length];
            var count = TokenReader.Read(unit, tokens);
            if (count == 0)
                continue;
            Array.Resize(ref tokens, count);
            var labels = new byte[count];
            foreach (var name in sentence.Names)
            {
                var isFirst = true;
                for (var i = 0; i < count; i++)
                    if (start + tokens[i].Start < name.End && start + tokens[i].End > name.Start)
                    {
                        labels[i] = (byte)(2 * name.Family + (isFirst ? 1 : 2));
                        isFirst = false;
                    }
            }
            yield return new LabelledUnit(unit, tokens, labels);
        }
    }
}
