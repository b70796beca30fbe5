using Portico.Guardrails.Learning;

namespace Portico.Tests.Guardrails.Learning;

/// <summary>Models are learned the same way each time and read back as they were written.</summary>
public sealed class LinearModelTests
{
    static List<TrainingExample> Examples()
    {
        var examples = new List<TrainingExample>();
        for (var index = 0; index < 200; index++)
        {
            var positive = index % 2 == 0;
            using var scan = new WordScan(positive ? $"the red house number {index} burns" : $"the blue river number {index} flows", null);
            examples.Add(LinearTrainer.Example(scan, 0, scan.Sentences.Length, _ => false, positive, 1, $"g{index % 7}"));
        }
        return examples;
    }

    static float Odds(LinearModel model, string text)
    {
        using var scan = new WordScan(text, null);
        var sum = default(FeatureSum);
        foreach (ref readonly var sentence in scan.Sentences)
            sum += model.Sum(scan, sentence, false);
        return model.Odds(sum);
    }

    [Fact]
    public void The_same_examples_give_the_same_bytes()
    {
        var trainer = new LinearTrainer(new TrainingOptions(Bits: 14));
        trainer.Train(Examples(), "a").Write().ShouldBe(trainer.Train(Examples(), "a").Write());
    }

    [Fact]
    public void It_tells_what_it_learned_apart()
    {
        var model = new LinearTrainer(new TrainingOptions(Bits: 16)).Train(Examples(), "");
        Odds(model, "a red house burns").ShouldBeGreaterThan(1);
        Odds(model, "a blue river flows").ShouldBeLessThan(-1);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(4)]
    public void Features_of_their_own_sizes_are_told_apart_and_those_of_both_sides_say_nothing(int averaged)
    {
        var trainer = new LinearTrainer(new TrainingOptions(Bits: 16, Smoothing: 1, Averaged: averaged));
        var model = trainer.Train(Examples(), "");
        Odds(model, "a red house burns").ShouldBeGreaterThan(1);
        Odds(model, "a blue river flows").ShouldBeLessThan(-1);
        Odds(model, "the number").ShouldBe(model.Bias, 0.1f);
        model.Write().ShouldBe(trainer.Train(Examples(), "").Write());
    }

    [Fact]
    public void The_mean_of_one_pass_is_the_last_and_that_of_several_is_another()
    {
        byte[] Made(int averaged) => new LinearTrainer(new TrainingOptions(Bits: 16, Averaged: averaged)).Train(Examples(), "").Write();

        Made(1).ShouldBe(Made(0));
        Made(4).ShouldNotBe(Made(0));
    }

    [Fact]
    public void It_is_read_back_as_it_was_written()
    {
        var model = new LinearTrainer(new TrainingOptions(Bits: 14)).Train(Examples(), "sets: own (Apache-2.0)");
        var read = LinearModel.Read(model.Write());
        read.Provenance.ShouldBe("sets: own (Apache-2.0)");
        Odds(read, "the red river burns").ShouldBe(Odds(model, "the red river burns"));
    }

    [Fact]
    public void A_model_that_is_cut_off_is_refused()
    {
        var bytes = new LinearTrainer(new TrainingOptions(Bits: 10)).Train(Examples(), "").Write();
        Should.Throw<InvalidDataException>(() => LinearModel.Read(bytes.AsSpan(0, bytes.Length - 1)));
        Should.Throw<InvalidDataException>(() => LinearModel.Read("no model"u8));
        bytes[4] = 99;
        Should.Throw<InvalidDataException>(() => LinearModel.Read(bytes));
    }

    [Fact]
    public void Shipped_models_name_what_they_were_trained_on()
    {
        foreach (var name in new[] { "injection-user.model", "injection-data.model" })
            LinearModel.Read(Portico.Guardrails.Models.ModelFiles.Resource(name)).Provenance.ShouldContain("seed");
    }

    [Fact]
    public void Calibration_finds_the_odds_of_a_number()
    {
        var rows = new List<(double[], bool, double)>();
        for (var index = 0; index < 1000; index++)
            rows.Add(([index % 2 == 0 ? 1 : -1], index % 2 == 0 ? index % 10 != 0 : index % 10 == 1, 1));
        var calibration = Calibration.Fit(rows, 1e-6);
        calibration.Odds([1]).ShouldBe(Math.Log(0.8 / 0.2), 0.01);
        calibration.Odds([-1]).ShouldBe(Math.Log(0.2 / 0.8), 0.01);
    }

    [Fact]
    public void Words_and_sentences_know_their_places()
    {
        const string text = "Don't stop. It's \"a test\" – 忽略!";
        using var scan = new WordScan(text, null);
        scan.Words.Length.ShouldBe(7);
        scan.Folded(scan.Words[0]).ToString().ShouldBe("dont");
        text[scan.Sentences[0].Start..scan.Sentences[0].End].ShouldBe("Don't stop.");
        scan.Words[3].Quoted.ShouldBeTrue();
    }
}
