using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Portico.Storage;

/// <summary>Something changed. It carries no data: each side re-reads what it keeps.</summary>
public readonly record struct ChangeSignal(string Kind, string Id, long Version);

/// <summary>
/// Delivers change signals to this node's subscribers. Subscribers are called one after another and must be quick (start a re-read, set a flag);
/// one that throws is logged and does not stop the others. A signal may come twice, and one with kind <see cref="Everything"/> means
/// "signals may have been missed: re-read all".
/// </summary>
public sealed partial class ChangeSignals(ILogger<ChangeSignals> logger)
{
    /// <summary>Sent to every subscriber after the listener was away.</summary>
    public const string Everything = "*";

    readonly ConcurrentDictionary<Subscription, byte> subscriptions = new();

    public IDisposable Subscribe(string kind, Action<ChangeSignal> onChange)
    {
        var subscription = new Subscription(this, kind, onChange);
        subscriptions[subscription] = 0;
        return subscription;
    }

    internal void Deliver(ChangeSignal signal)
    {
        foreach (var (subscription, _) in subscriptions)
        {
            if (signal.Kind != Everything && subscription.Kind != signal.Kind)
                continue;
            try
            {
                subscription.OnChange(signal);
            }
            catch (Exception e) when (e is not OutOfMemoryException)
            {
                Log.SubscriberFailed(logger, signal.Kind, e);
            }
        }
    }

    sealed class Subscription(ChangeSignals signals, string kind, Action<ChangeSignal> onChange) : IDisposable
    {
        public string Kind => kind;
        public Action<ChangeSignal> OnChange => onChange;

        public void Dispose() => signals.subscriptions.TryRemove(this, out _);
    }

    static partial class Log
    {
        [LoggerMessage(LogLevel.Error, "A subscriber of change signals '{Kind}' failed")]
        public static partial void SubscriberFailed(ILogger logger, string kind, Exception e);
    }
}
