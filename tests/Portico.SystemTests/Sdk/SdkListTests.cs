using OpenAI.Embeddings;
using OpenAI.Models;
using Portico.SystemTests.Support;

namespace Portico.SystemTests.Sdk;

/// <summary>Embeddings and models with the official .NET SDK.</summary>
public sealed class SdkListTests(SharedNode shared) : IClassFixture<SharedNode>
{
    readonly Node node = shared.Node;

    EmbeddingClient Embeddings => new SdkClient(node).OpenAi.GetEmbeddingClient("sim/embeddings");

    [Fact]
    public async Task Embeddings_of_several_texts_come_in_their_order_with_usage()
    {
        OpenAIEmbeddingCollection found = await Embeddings.GenerateEmbeddingsAsync(["first text", "second text", "first text"]);
        found.Select(e => e.Index).ShouldBe([0, 1, 2]);
        found.Usage.InputTokenCount.ShouldBeGreaterThan(0);
        var vectors = found.Select(e => e.ToFloats().ToArray()).ToList();
        vectors[0].ShouldBe(vectors[2]);
        vectors[0].ShouldNotBe(vectors[1]);
        vectors[0].Sum(v => v * v).ShouldBe(1f, 0.001f);
    }

    [Fact]
    public async Task Embeddings_have_the_dimensions_that_were_asked_for()
    {
        OpenAIEmbedding one = await Embeddings.GenerateEmbeddingAsync(
            "text",
            new EmbeddingGenerationOptions { Dimensions = 8, EndUserId = "u" }
        );
        one.ToFloats().Length.ShouldBe(8);
    }

    [Fact]
    public async Task Embeddings_of_tokens_are_made_too()
    {
        OpenAIEmbeddingCollection found = await Embeddings.GenerateEmbeddingsAsync([
            new ReadOnlyMemory<int>([1, 2, 3]),
            new ReadOnlyMemory<int>([4]),
        ]);
        found.Count.ShouldBe(2);
    }

    [Fact]
    public async Task The_list_of_models_holds_what_the_key_may_call_and_one_can_be_asked_for()
    {
        var client = new SdkClient(node).OpenAi.GetOpenAIModelClient();
        OpenAIModelCollection all = await client.GetModelsAsync();
        all.Select(m => m.Id).ShouldContain("sim/echo");
        all.ShouldAllBe(m => m.OwnedBy.Length > 0 && m.CreatedAt >= DateTimeOffset.UnixEpoch);
        OpenAIModel one = await client.GetModelAsync("sim/echo");
        one.Id.ShouldBe("sim/echo");
    }
}
