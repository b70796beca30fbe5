using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Portico.Observability.Telemetry;

/// <summary>
/// Sends spans and metrics over OTLP while <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> is set. The other <c>OTEL_…</c> settings mean what OpenTelemetry says;
/// the protocol is http/protobuf unless <c>OTEL_EXPORTER_OTLP_PROTOCOL</c> says otherwise. A collector that is away costs telemetry, never a call.
/// </summary>
sealed class OtlpExport(IConfiguration configuration) : IHostedService, IDisposable
{
    public const string EndpointName = "OTEL_EXPORTER_OTLP_ENDPOINT";

    TracerProvider? traces;
    MeterProvider? metrics;

    public static bool IsOn(IConfiguration configuration) => configuration[EndpointName] is { Length: > 0 };

    public Task StartAsync(CancellationToken cancellationToken)
    {
        traces = Sdk.CreateTracerProviderBuilder()
            .ConfigureServices(s => s.AddSingleton(configuration))
            .ConfigureResource(Describe)
            .AddSource(GenAiTelemetry.SourceName)
            .AddOtlpExporter(Protocol)
            .Build();
        metrics = Sdk.CreateMeterProviderBuilder()
            .ConfigureServices(s => s.AddSingleton(configuration))
            .ConfigureResource(Describe)
            .AddMeter(GenAiTelemetry.SourceName)
            .AddOtlpExporter(Protocol)
            .Build();
        return Task.CompletedTask;
    }

    void Describe(ResourceBuilder resource)
    {
        if (configuration["OTEL_SERVICE_NAME"] is not { Length: > 0 })
            resource.AddService("portico");
    }

    void Protocol(OtlpExporterOptions options)
    {
        if (configuration["OTEL_EXPORTER_OTLP_PROTOCOL"] is not { Length: > 0 })
            options.Protocol = OtlpExportProtocol.HttpProtobuf;
    }

    /// <summary>Sends what is gathered, within the exporter's own time limit.</summary>
    public Task StopAsync(CancellationToken cancellationToken) => Task.Run(Dispose, CancellationToken.None);

    public void Dispose()
    {
        traces?.Dispose();
        metrics?.Dispose();
        (traces, metrics) = (null, null);
    }
}
