using System.Buffers;
using Portico.Core.Chat;
using Portico.Gateway.Responses;

namespace Portico.Gateway.Wire;

/// <summary>The answer of a Responses call, whoever makes the response: decoded events become one, a provider's own passes.</summary>
/// <param name="call">Whose answer it is.</param>
/// <param name="target">Receives the events of a stream; null = a plain answer.</param>
/// <param name="seals">Seal what a provider sealed.</param>
sealed class ResponsesTeller(ModelCall call, IBufferWriter<byte>? target, BoundSeals seals) : IDisposable
{
    readonly ResponsesWriter made = new(call, target);
    PassedWriter? passed;

    public bool HasEnded => passed?.HasEnded ?? made.HasEnded;
    public IGivenResponse Response => passed is null ? made.Response : passed.Response;

    /// <summary>Tells that the response has begun, before anything of it is there.</summary>
    public void Begin() => made.Begin();

    public void Take(RunningReply running)
    {
        var usage = call.Context.Record.Usage;
        foreach (ref readonly var e in running.Batch.Span)
            if (running.Dialect != Dialect.OpenAiResponses)
                made.Take(e, usage);
            else if (e.Kind != ModelEventKind.Frame)
                continue;
            else if (running.IsWhole)
                Passed().TakeWhole(e.Bytes.Span);
            else
                Passed().Take(e.Bytes.Span);
    }

    PassedWriter Passed() => passed ??= new PassedWriter(call, target, seals, made.Told);

    public void Fail(PorticoException e)
    {
        if (passed is null)
            made.Fail(e);
        else
            passed.Fail(e);
    }

    public void Cancel()
    {
        if (passed is null)
            made.Cancel();
        else
            passed.Cancel();
    }

    public void Dispose() => made.Dispose();
}
