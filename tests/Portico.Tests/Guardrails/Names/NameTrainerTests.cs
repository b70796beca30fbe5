using Portico.Guardrails.Names;
using Portico.Guardrails.Names.Corpus;

namespace Portico.Tests.Guardrails.Names;

/// <summary>Training is the same each time, and what it makes can be read.</summary>
public sealed class NameTrainerTests
{
    [Fact]
    public void The_same_seed_makes_the_same_bytes_and_a_model_that_finds()
    {
        var one = Train();
        Train().ShouldBe(one);
        var model = NameModel.Read(one);
        model.Header.ShouldContain("a test");
        var findings = new List<Portico.Guardrails.Detection.Finding>();
        new NameDetector(model, withPlaces: false).Find("My name is Paula Meyer and I need help.", 0, true, findings);
        findings.ShouldContain(f => f.Kind == "names.person");
    }

    [Fact]
    public void The_same_seed_makes_the_same_sentences_and_their_names_lie_within()
    {
        var one = new SentenceMaker(7, [], isHeld: false);
        var other = new SentenceMaker(7, [], isHeld: false);
        for (var i = 0; i < 500; i++)
        {
            var sentence = one.Next();
            other.Next().Text.ShouldBe(sentence.Text);
            sentence.Names.ShouldAllBe(n => 0 <= n.Start && n.Start < n.End && n.End <= sentence.Text.Length);
        }
    }

    [Fact]
    public void What_is_no_model_is_refused() => Should.Throw<InvalidDataException>(() => NameModel.Read("PORTICO NAMES 9\n\n"u8));

    static byte[] Train()
    {
        var maker = new SentenceMaker(5, [], isHeld: false);
        var held = new SentenceMaker(6, [], isHeld: true);
        var trainer = new NameTrainer(14, 8);
        trainer.Train([.. Enumerable.Range(0, 1500).Select(_ => maker.Next())], 2, _ => { });
        return trainer.Write("a test", [.. Enumerable.Range(0, 500).Select(_ => held.Next())]);
    }
}
