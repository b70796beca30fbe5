using System.Text;
using Portico.Guardrails;
using Portico.Guardrails.Detection;
using Portico.Guardrails.Models;
using Portico.Guardrails.Names;
using Portico.Guardrails.Training;

namespace Portico.Tests.Guardrails.Models;

/// <summary>A set shows that it is sane before it may come in force, and one that comes in force changes no text that is on its way.</summary>
public sealed class ModelProbesTests
{
    [Fact]
    public void The_shipped_set_does_well_on_the_probes_and_one_that_is_as_good_passes()
    {
        foreach (var share in ModelProbes.OfShipped)
        {
            share.Positives.ShouldBeGreaterThan(60, share.Family);
            share.Negatives.ShouldBeGreaterThan(30, share.Family);
            ((double)share.Found / share.Positives).ShouldBeGreaterThan(0.4, share.ToString());
            ((double)share.Alarms / share.Negatives).ShouldBeLessThan(0.2, share.ToString());
        }
        ModelProbes.Problems(ModelProbes.Of(ModelSets.Good("2"))).ShouldBeEmpty();
    }

    [Fact]
    public void A_set_that_can_be_read_and_finds_too_little_or_too_much_does_not_pass()
    {
        ModelProbes.Problems(ModelProbes.Of(ModelSets.Blind())).ShouldHaveSingleItem().ShouldContain("that injection should find it finds");
        ModelProbes.Problems(ModelProbes.Of(ModelSets.Touchy("2"))).ShouldContain(p => p.Contains("content is wrong about"));
        var files = ModelSets.Files();
        var names = NameModel.Read(files[NameModel.File]);
        files[NameModel.File] = NameModel.Write(
            "PORTICO NAMES 1\nbroken",
            8,
            1,
            names.Follow,
            names.Calibration,
            new sbyte[NameModel.Labels << 8]
        );
        ModelProbes
            .Problems(ModelProbes.Of(DetectorModels.Of("x", null, 0, files)))
            .ShouldContain(p => p.Contains("that names should find it finds 0"));
    }

    [Fact]
    public void A_screen_by_other_models_finds_as_they_do_and_a_text_on_its_way_stays_with_its_own()
    {
        const string Text = "Thank you for the minutes of the meeting.";
        var screen = Screen.Of([
            new ContentRule
            {
                Name = "content",
                Kinds = ["content.harassment"],
                Action = ContentAction.Block,
            },
        ])!;
        var begun = screen.LaneFor(TextChannel.User);
        var touchy = DetectorCatalog.Shipped.With(ModelSets.Touchy("2"));
        var swapped = screen.With(touchy);
        swapped.Models!.Version.ShouldBe("2");
        screen.With(touchy).ShouldBeSameAs(swapped, "it is made once");
        screen.With(DetectorCatalog.Shipped).ShouldBeSameAs(screen);
        DetectorCatalog.Shipped.With(DetectorModels.Shipped).ShouldBeSameAs(DetectorCatalog.Shipped);
        Screen.Whole(Text, swapped.LaneFor(TextChannel.User));
        var lane = swapped.LaneFor(TextChannel.User);
        Screen.Whole(Text, lane);
        lane.Refusal!.Name.ShouldBe("content");
        Screen.Whole(Text, begun).ShouldBe(Text);
        begun.Refusal.ShouldBeNull();
        swapped.With(DetectorCatalog.Shipped).Models!.IsShipped.ShouldBeTrue();
    }

    [Fact]
    public void The_same_texts_make_the_same_models_and_a_reviewed_finding_is_learned()
    {
        const string Text = "The knife skills course teaches how to kill the taste of raw onions and destroy a pile of carrots.";
        var none = Train();
        Digests(Train()).ShouldBe(Digests(none));
        var score = ScoreOf(none, Text);
        var reviewed = Train(new ReviewedText("content.violence", TextChannel.User, Text, IsFalseAlarm: false));
        Digests(reviewed).ShouldNotBe(Digests(none));
        ScoreOf(reviewed, Text).ShouldBeGreaterThan(score);
        ScoreOf(Train(new ReviewedText("content.violence", TextChannel.User, Text, IsFalseAlarm: true)), Text).ShouldBeLessThan(score);
        Head(reviewed, "content-violence.model").ShouldContain("reviewed findings of a workspace: 1");
        Head(reviewed, "content-hate.model").ShouldNotContain("reviewed");
        Digests(Train(new ReviewedText("pii.email", TextChannel.User, Text, IsFalseAlarm: true)))
            .ShouldBe(Digests(none), "of what goes by rules nothing is learned");
    }

    static Dictionary<string, byte[]> Train(params ReviewedText[] reviews) =>
        new DetectorTraining(LabelledSets.None, _ => { }, reviews).Run(ModelFiles.Content).ToDictionary(StringComparer.Ordinal);

    static string Digests(Dictionary<string, byte[]> files) =>
        string.Join('\n', files.Select(f => $"{f.Key} {Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(f.Value))}"));

    static float ScoreOf(Dictionary<string, byte[]> content, string text)
    {
        var files = ModelSets.Files();
        foreach (var (name, bytes) in content)
            files[name] = bytes;
        return DetectorModels.Of("x", null, 0, files).Content.Scores(text)["content.violence"];
    }

    static string Head(Dictionary<string, byte[]> files, string name) =>
        Encoding.UTF8.GetString(files[name].AsSpan(24, BitConverter.ToInt32(files[name], 20)));
}
