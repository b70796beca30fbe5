using Microsoft.AspNetCore.Http;
using Portico.Gateway.Ledger;
using Portico.Gateway.Stages;
using Portico.Gateway.Wire;
using Portico.Governance;

namespace Portico.Gateway.Endpoints;

/// <summary>One dialect of the door: how a request is read into a call, and how its answer and its errors are written.</summary>
interface IWire
{
    /// <summary>The name in the record: <c>openai-chat</c>.</summary>
    string Name { get; }

    /// <summary>Headers that stand on every answer, errors included.</summary>
    void Open(HttpContext http, CallId id);

    /// <summary>Requests are forms with files and not JSON.</summary>
    bool TakesForm => false;

    /// <exception cref="PorticoException">The body is not a request of this dialect.</exception>
    ModelCall Read(CallContext context, Caller caller, ReadOnlyMemory<byte> body);

    /// <summary>Reads a form.</summary>
    /// <exception cref="PorticoException">The body is not a request of this dialect.</exception>
    ModelCall ReadForm(CallContext context, Caller caller, ReadOnlyMemory<byte> body, string contentType) =>
        throw new InvalidOperationException("This dialect has no forms.");

    /// <summary>Adds what is not in the body and lies in the store: what the call continues.</summary>
    ValueTask<ModelCall> CompleteAsync(ModelCall call, CancellationToken ct) => ValueTask.FromResult(call);

    /// <summary>Answers a call that goes on without its caller; false when the caller waits for it, as nearly always.</summary>
    ValueTask<bool> RunApartAsync(HttpContext http, ModelCall call) => ValueTask.FromResult(false);

    /// <summary>Writes how much of the tightest limits is left; <paramref name="meters"/> is null before any was asked.</summary>
    void WriteLimits(HttpContext http, MeterSet? meters);

    /// <summary>Writes the answer to its end. A failure before the first byte is thrown; behind it the dialect's own error event is written.</summary>
    Task WriteAsync(HttpContext http, ModelCall call, ModelReply reply, RunningReply running);

    Task WriteErrorAsync(HttpContext http, PorticoException e);
}

/// <summary>The way of every call from outside, whatever its dialect: who calls, what is asked, the pipeline, the answer.</summary>
sealed class Door(KeyAuthentication authentication, GatewayRunner runner, CreditLedger ledger, GatewayOptions options)
{
    public Task RunAsync(HttpContext http, IWire wire) => RunAsync(http, wire, null);

    /// <param name="http">The request.</param>
    /// <param name="wire">Its dialect.</param>
    /// <param name="known">Who calls, where that is known in another way than by a key.</param>
    public async Task RunAsync(HttpContext http, IWire wire, Caller? known)
    {
        var context = runner.Open(wire.Name);
        wire.Open(http, context.Record.Id);
        if (options.LiteLlmHeaders)
            LiteLlmHeaders.AddTo(http, context, ledger);
        try
        {
            if (await ReadCallAsync(http, context, wire, known) is not { } call)
                return;
            var (reply, running) = await runner.StartAsync(call, http.RequestAborted);
            await using (running)
            {
                wire.WriteLimits(http, context.Meters);
                await wire.WriteAsync(http, call, reply, running);
            }
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            // The caller left; the call has ended as abandoned and is recorded.
        }
        catch (PorticoException e) when (!http.Response.HasStarted)
        {
            wire.WriteLimits(http, context.Meters);
            await wire.WriteErrorAsync(http, e);
        }
    }

    /// <summary>The call, or null when it was answered: refused, or to go on without its caller.</summary>
    async ValueTask<ModelCall?> ReadCallAsync(HttpContext http, CallContext context, IWire wire, Caller? known)
    {
        // An unknown caller is answered and not recorded: whoever has no key must not fill the journal.
        var caller = known ?? await authentication.AuthenticateAsync(http);
        try
        {
            var body = await RequestBody.ReadAsync(http, wire.TakesForm, options, http.RequestAborted);
            var read = wire.TakesForm ? wire.ReadForm(context, caller, body, http.Request.ContentType!) : wire.Read(context, caller, body);
            var call = await wire.CompleteAsync(read, http.RequestAborted);
            var asked = RequestBody.OptionsOf(http);
            if (!ReferenceEquals(asked, CallOptions.None))
                call = call with { Options = asked };
            return await wire.RunApartAsync(http, call) ? null : call;
        }
        catch (PorticoException e)
        {
            RecordCall.DescribeCaller(context.Record, caller);
            runner.Refuse(context, e);
            await wire.WriteErrorAsync(http, e);
            return null;
        }
    }
}
