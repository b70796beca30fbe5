using System.Net;
using System.Text;

namespace Portico.Providers.Http;

/// <summary>The lines of a batch as a request's body, written one after the other with what stands around and between them: they are nowhere put together.</summary>
sealed class ItemsContent : HttpContent
{
    readonly byte[] head;
    readonly byte[] tail;
    readonly IReadOnlyList<BatchItem> items;
    readonly (string Name, string Body) before;
    readonly string behind;
    readonly string between;

    /// <param name="contentType">Of the whole body.</param>
    /// <param name="head">Before the first line.</param>
    /// <param name="items">The lines.</param>
    /// <param name="before">What stands before the custom_id and between it and the body.</param>
    /// <param name="behind">Behind the body of a line.</param>
    /// <param name="between">Between two lines.</param>
    /// <param name="tail">Behind the last line.</param>
    public ItemsContent(
        string contentType,
        string head,
        IReadOnlyList<BatchItem> items,
        (string Name, string Body) before,
        string behind,
        string between,
        string tail
    )
    {
        (this.items, this.before, this.behind, this.between) = (items, before, behind, between);
        (this.head, this.tail) = (Encoding.UTF8.GetBytes(head), Encoding.UTF8.GetBytes(tail));
        Headers.TryAddWithoutValidation("Content-Type", contentType);
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        await stream.WriteAsync(head, cancellationToken);
        for (var i = 0; i < items.Count; i++)
        {
            await stream.WriteAsync(Opening(i), cancellationToken);
            await stream.WriteAsync(items[i].Body, cancellationToken);
            await stream.WriteAsync(Encoding.UTF8.GetBytes(behind), cancellationToken);
        }
        await stream.WriteAsync(tail, cancellationToken);
    }

    /// <summary>A name of letters, digits, - and _ needs no escaping.</summary>
    byte[] Opening(int i) => Encoding.UTF8.GetBytes($"{(i == 0 ? "" : between)}{before.Name}{items[i].CustomId}{before.Body}");

    protected override bool TryComputeLength(out long length)
    {
        length = head.Length + tail.Length;
        for (var i = 0; i < items.Count; i++)
            length += Opening(i).Length + items[i].Body.Length + Encoding.UTF8.GetByteCount(behind);
        return true;
    }
}
