using Portico.Guardrails.Learning;

namespace Portico.Tests.Guardrails.Learning;

/// <summary>Features that stand in both classes alike say nothing where weights are learned by ratios.</summary>
public sealed class RatioTrainingTests
{
    const uint Common = 1u << 28;
    const uint Telling = 2u << 28;
    const uint Other = 3u << 28;

    static readonly TrainingExample[] Examples =
    [
        .. Enumerable.Range(0, 20).Select(at => new TrainingExample([Common, at % 2 == 0 ? Telling : Other], [1, 1], at % 2 == 0, 1, "")),
    ];

    static LinearModel Train(double? smoothing, int averaged) =>
        new LinearTrainer(new TrainingOptions(Bits: 4, Smoothing: smoothing, Averaged: averaged)).Train(Examples, "");

    [Fact]
    public void What_stands_in_both_classes_alike_gets_no_weight()
    {
        var model = Train(1, 4);
        model.Weights[1].ShouldBe((sbyte)0);
        model.Weights[2].ShouldBeGreaterThan((sbyte)0);
        model.Weights[3].ShouldBeLessThan((sbyte)0);
        Train(1, 4).Write().ShouldBe(model.Write());
    }

    [Fact]
    public void Without_the_options_the_weights_are_those_after_the_last_pass() =>
        Train(null, 0).Write().ShouldBe(new LinearTrainer(new TrainingOptions(Bits: 4)).Train(Examples, "").Write());
}
