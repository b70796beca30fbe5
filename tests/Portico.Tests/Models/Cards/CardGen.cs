using FsCheck;
using FsCheck.Fluent;
using Portico.Models.Cards;

namespace Portico.Tests.Models.Cards;

/// <summary>Draws cards that are good. Texts hold what breaks careless readers of YAML and JSON.</summary>
static class CardGen
{
    static readonly Gen<string> Line = Gen.Elements(
        "plain words",
        "Zürich 🚲 日本",
        "\"quoted\" \\ back",
        "- dash",
        "key: value # not a comment",
        "no",
        "true",
        "null",
        "~",
        "1.50",
        "0x1F",
        "2027-01-14",
        "{a: [b, c]}",
        "*alias &anchor !tag",
        "'single' | > %",
        "---",
        "a\u00a0b\u2028c",
        "portico:rest",
        "@at `tick`"
    );
    static readonly Gen<string?> Url = Maybe(
        Gen.Elements("https://example.com/a?b=c#d", "http://example.org/%7Ex", "https://example.com/日本")
    );

    static Gen<T?> Maybe<T>(Gen<T> gen)
        where T : class => Gen.OneOf(Gen.Constant((T?)null), gen.Select(v => (T?)v));

    static Gen<T?> MaybeValue<T>(Gen<T> gen)
        where T : struct => Gen.OneOf(Gen.Constant((T?)null), gen.Select(v => (T?)v));

    static Gen<IReadOnlyList<string>> Some(Gen<string> gen) =>
        Gen.Choose(0, 3).SelectMany(n => gen.ListOf(n)).Select(l => (IReadOnlyList<string>)l.Distinct(StringComparer.Ordinal).ToList());

    static readonly Gen<CardLicence> Licence = Gen.OneOf(
        from id in Gen.Elements("Apache-2.0", "MIT", "CC-BY-NC-4.0", "EUPL-1.2", "MIT OR Apache-2.0")
        from url in Url
        from commercial in MaybeValue(Gen.Elements(true, false))
        select new CardLicence(id, null, url, commercial),
        from id in Maybe(Gen.Elements("Apache-2.0", "EUPL-1.2"))
        from name in Gen.OneOf(Line, Gen.Elements("other", "llama3.1", "apache-2.0"))
        from url in Url
        from commercial in MaybeValue(Gen.Elements(true, false))
        select new CardLicence(id, name, url, commercial)
    );

    static readonly Gen<DataTerms> Terms =
        from trains in MaybeValue(Gen.Elements(true, false))
        from days in MaybeValue(Gen.Choose(0, 400))
        from regions in Maybe(Some(Gen.Elements("eu", "us", "ch", "eu-west-1")))
        from source in Url
        select new DataTerms(trains, days, regions, source);

    static readonly Gen<CardLineage> Lineage =
        from bases in Maybe(Some(Gen.OneOf(Line, Gen.Elements("Qwen/Qwen3-32B"))))
        from relation in Maybe(Gen.Elements(CardCheck.Relations.ToArray()))
        from sets in Maybe(Some(Line))
        select new CardLineage(bases, relation, sets);

    static readonly Gen<CardEvaluation> Evaluation =
        from name in Line
        from metric in Gen.Elements("accuracy", "pass@1", "f1: macro")
        from value in Gen.Elements("71.90", "007", "-3", "0.5 ± 0.1", "1e-5", ".5")
        from source in Url
        select new CardEvaluation(name, metric, value, source);

    static readonly Gen<CardRetirement> Retirement =
        from day in Gen.Choose(0, 4_000)
        from source in Url
        from next in Maybe(Line)
        select new CardRetirement(new DateOnly(2024, 1, 1).AddDays(day), source, next);

    public static readonly Gen<ModelCard> Card =
        from source in Maybe(from name in Maybe(Line) from url in Url select new CardSource(name, url))
        from licence in Maybe(Licence)
        from terms in Maybe(Terms)
        from inputs in Some(Gen.Elements(CardCheck.Modalities.ToArray()))
        from outputs in Some(Gen.Elements(CardCheck.Modalities.ToArray()))
        from capabilities in Some(Gen.Elements("tools", "structured_output", "reasoning"))
        from languages in Some(Gen.Elements("en", "no", "zh-Hans"))
        from task in Maybe(Gen.Elements("text-generation", "no", "2024"))
        from library in Maybe(Gen.Elements("transformers", "peft", "true"))
        from lineage in Maybe(Lineage)
        from uses in Some(Line)
        from limits in Some(Line)
        from evaluations in Gen.Choose(0, 3).SelectMany(n => Evaluation.ListOf(n))
        from retirement in Maybe(Retirement)
        select new ModelCard
        {
            Source = source,
            Licence = licence,
            Terms = terms,
            Inputs = inputs,
            Outputs = outputs,
            Capabilities = capabilities,
            Languages = languages,
            Task = task,
            Library = library,
            Lineage = lineage,
            IntendedUse = uses,
            Limits = limits,
            Evaluations = evaluations.ToList(),
            Retirement = retirement,
        };
}
