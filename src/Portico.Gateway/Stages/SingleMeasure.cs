using Portico.Core.Chat;
using Portico.Core.Tokens;

namespace Portico.Gateway.Stages;

/// <summary>
/// What calls of one question can use, in every way in which a provider may bill them. The sources of the figures are named beside them;
/// docs/decisions/0009-other-kinds-of-calls.md says how they were chosen.
/// </summary>
static class SingleMeasure
{
    // One search: a query with up to 100 documents; a document that is longer than 500 tokens with its query counts as several
    // (https://cohere.com/pricing). Longer ones are cut at max_tokens_per_doc, 4,096 by default (https://docs.cohere.com/reference/rerank).
    const int DocumentsPerSearch = 100;
    const int TokensPerDocument = 500;
    const int LeastRoom = 50;
    const int DefaultDocumentCut = 4_096;

    // 16 characters a second and 1,250 tokens a minute: what OpenAI's estimate of 0.015 USD a minute at 12 USD a million tokens says
    // (https://platform.openai.com/docs/pricing). Held four times over, for slow voices.
    const double CharactersPerSecond = 16;
    const double SpokenTokensPerSecond = 1_250 / 60.0;
    const int SlowVoice = 4;
    const int LeastSpokenTokens = 100;

    // The same page: 0.006 USD a minute at 6 USD a million audio tokens and 10 USD a million of text is 10 tokens heard and 4 written a second.
    const double HeardTokensPerSecond = 10;
    const double MostHeardTokensPerSecond = 17;
    const double WrittenTokensPerSecond = 4;
    const double MostWrittenTokensPerSecond = 8;
    const int LeastWrittenTokens = 100;

    // Tokens of an image of 1024 × 1024 by quality; others by their area, and 100 for each unfinished one that is shown
    // (https://platform.openai.com/docs/guides/image-generation).
    const double SquarePixels = 1_024 * 1_024;
    const double LargestUsual = 1.5;
    const int LowTokens = 272;
    const int MediumTokens = 1_056;
    const int HighTokens = 4_160;
    const int PartialTokens = 100;

    /// <summary>An image that is sent along in high fidelity, tiles included.</summary>
    const int MostInputImageTokens = 7_000;

    public static TokenCount Of(TokenCounter counter, string family, SingleRequest request, out BilledAs[] ways)
    {
        int Count(string? text) => counter.Count(family, text).Tokens;
        var tokens = request switch
        {
            RerankRequest r => OfRerank(r, Count, out ways),
            ModerationRequest r => OfModeration(r, Count, out ways),
            SpeechRequest r => OfSpeech(r, Count, out ways),
            TranscriptionRequest r => OfTranscription(r, Count, out ways),
            ImageRequest r => OfImage(r, Count, out ways),
            _ => throw new ArgumentOutOfRangeException(nameof(request)),
        };
        return new TokenCount((int)Math.Min(int.MaxValue, tokens), true);
    }

    static long OfRerank(RerankRequest request, Func<string?, int> count, out BilledAs[] ways)
    {
        var query = count(request.Query);
        var room = Math.Max(LeastRoom, TokensPerDocument - query);
        var cut = request.MaxTokensPerDocument ?? DefaultDocumentCut;
        long tokens = 0,
            chunks = 0;
        foreach (var document in request.Documents)
        {
            var length = count(document);
            tokens += length + query;
            chunks += Math.Max(1, (Math.Min(length, cut) + room - 1) / room);
        }
        ways =
        [
            new BilledAs(
                new Usage { Searches = (chunks + DocumentsPerSearch - 1) / DocumentsPerSearch },
                new Usage { Searches = (request.Documents.Count + DocumentsPerSearch - 1) / DocumentsPerSearch }
            ),
            BilledAs.Exactly(new Usage { Input = tokens }),
        ];
        return tokens;
    }

    static long OfModeration(ModerationRequest request, Func<string?, int> count, out BilledAs[] ways)
    {
        var tokens = request.Texts.Sum(t => (long)count(t)) + (long)request.Images * InputTokens.HighDetailImage;
        ways = [BilledAs.Exactly(new Usage { Input = tokens })];
        return tokens;
    }

    static long OfSpeech(SpeechRequest request, Func<string?, int> count, out BilledAs[] ways)
    {
        var characters = request.Input.EnumerateRunes().Count();
        var tokens = (long)count(request.Input) + count(request.Instructions);
        var spoken = (long)Math.Ceiling(characters / CharactersPerSecond / request.Speed * SpokenTokensPerSecond);
        ways =
        [
            BilledAs.Exactly(new Usage { Characters = characters }),
            new BilledAs(
                new Usage { Input = tokens, AudioOutput = spoken * SlowVoice + LeastSpokenTokens },
                new Usage { Input = tokens, AudioOutput = spoken }
            ),
        ];
        return tokens;
    }

    static long OfTranscription(TranscriptionRequest request, Func<string?, int> count, out BilledAs[] ways)
    {
        var seconds = request.MostMs / 1_000.0;
        var prompt = (long)count(request.Prompt);
        Usage Tokens(double heard, double written, int least) =>
            new()
            {
                Input = prompt,
                AudioInput = (long)Math.Ceiling(seconds * heard),
                Output = (long)Math.Ceiling(seconds * written) + least,
            };
        ways =
        [
            BilledAs.Exactly(new Usage { AudioMs = request.MostMs }),
            new BilledAs(
                Tokens(MostHeardTokensPerSecond, MostWrittenTokensPerSecond, LeastWrittenTokens),
                Tokens(HeardTokensPerSecond, WrittenTokensPerSecond, 0)
            ),
        ];
        return prompt + ways[1].Most.AudioInput;
    }

    static long OfImage(ImageRequest request, Func<string?, int> count, out BilledAs[] ways)
    {
        var text = (long)count(request.Prompt);
        var sent = (long)request.InputImages * MostInputImageTokens;
        var each = request.Quality switch
        {
            "low" => LowTokens,
            "medium" => MediumTokens,
            _ => HighTokens,
        };
        var made = ((long)Math.Ceiling(each * Share(request.Size)) + (long)request.PartialImages * PartialTokens) * request.Count;
        ways =
        [
            BilledAs.Exactly(new Usage { Images = request.Count, ImageClass = request.Class }),
            BilledAs.Exactly(
                new Usage
                {
                    Input = text,
                    ImageInput = sent,
                    ImageOutput = made,
                }
            ),
        ];
        return text + sent;
    }

    /// <summary>Of the usual square; where no size is named, the largest usual one.</summary>
    static double Share(string? size)
    {
        var by = size?.IndexOf('x', StringComparison.Ordinal) ?? -1;
        return
            by > 0
            && int.TryParse(size.AsSpan(0, by), out var width)
            && int.TryParse(size.AsSpan(by + 1), out var height)
            && width is > 0 and <= 65_536
            && height is > 0 and <= 65_536
            ? width * (double)height / SquarePixels
            : LargestUsual;
    }
}
