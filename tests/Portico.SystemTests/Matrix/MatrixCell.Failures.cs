using System.Text.Json.Nodes;
using Portico.SystemTests.Support;

namespace Portico.SystemTests.Matrix;

/// <summary>What goes wrong at the provider, before an answer and in the middle of one.</summary>
sealed partial class MatrixCell
{
    /// <summary>A provider's refusal comes in its words, its limit as a limit.</summary>
    async Task<Cell> FailAsync(string model)
    {
        if (wire.Embeds && family.EmbeddingModel is null || (wire.Counts && !family.CountsItself))
            return new Cell(CellKind.None);
        var kinds = IsSim ? new[] { 400 } : [400, 429];
        foreach (var status in kinds)
        {
            if (!IsSim)
                server.Next(family.Protocol!.Error(status, Features.ProvidersWords));
            var (got, text, response) = await AskAsync(model, Feature.Plain, stream: false);
            using var _ = response;
            Keep($" {status}", got, text);
            if (got != status)
                throw new MatrixFault($"the provider said {status}, the caller heard {got}: {text}");
            var words = wire.ErrorOf(JsonNode.Parse(text)!);
            if (status == 400 && !IsSim && !words.Contains(Features.ProvidersWords, StringComparison.Ordinal))
                throw new MatrixFault($"the provider's words are lost: {text}");
            Calls.ShouldTellNothingOfTheInside(words);
        }
        return new Cell(CellKind.Works);
    }

    /// <summary>What came is heard, then a failure, and never a good end: when the provider says that it failed, and when it just ends.</summary>
    async Task<Cell> BreakAsync(string model)
    {
        Scripted?[] scripts = IsSim ? [null] : [family.Protocol!.Cut(Features.Begun), family.Protocol.Broken(Features.Begun)];
        foreach (var script in scripts)
        {
            if (script is not null)
                server.Next(script);
            else if (!IsSim)
                continue;
            var (status, text, response) = await AskAsync(model, feature, stream: true);
            using var _ = response;
            Keep(script == scripts[0] ? ", cut" : ", told", status, text);
            if (status != 200)
                throw new MatrixFault($"{status} {text}");
            var heard = Hear(text, stream: true);
            if (heard.Ended || heard.Failure is not { Length: > 5 } || (!IsSim && heard.Text != Features.Begun))
                throw new MatrixFault($"heard {heard} of {text}");
            Calls.ShouldTellNothingOfTheInside(text);
        }
        return new Cell(CellKind.Works);
    }
}
