using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Portico.Observability;
using Portico.Observability.Telemetry;
using Portico.Storage;

namespace Portico.Tests.Observability;

/// <summary>Listeners hear the whole process: these tests run alone and look only at spans of their own trace.</summary>
[CollectionDefinition(nameof(GenAiTelemetryTests), DisableParallelization = true)]
public sealed class AloneBecauseListenersHearTheWholeProcess;

[Collection(nameof(GenAiTelemetryTests))]
public sealed class GenAiTelemetryTests
{
    const string TraceId = "0af7651916cd43dd8448eb211c80319c";
    const string CallerSpan = "b7ad6b7169203331";
    const string Traceparent = $"00-{TraceId}-{CallerSpan}-01";

    sealed class Spans : IDisposable
    {
        readonly ActivityListener listener;
        readonly System.Collections.Concurrent.ConcurrentQueue<Activity> stopped = new();

        public Spans()
        {
            listener = new ActivityListener
            {
                ShouldListenTo = s => s.Name == GenAiTelemetry.SourceName,
                Sample = (ref _) => ActivitySamplingResult.AllDataAndRecorded,
                ActivityStopped = stopped.Enqueue,
            };
            ActivitySource.AddActivityListener(listener);
        }

        public Activity Call =>
            stopped.Single(a => a.TraceId.ToHexString() == TraceId && !a.DisplayName.StartsWith("attempt", StringComparison.Ordinal));

        public List<Activity> Attempts =>
            stopped
                .Where(a => a.TraceId.ToHexString() == TraceId && a.DisplayName.StartsWith("attempt", StringComparison.Ordinal))
                .OrderBy(a => (int)a.GetTagItem("portico.attempt.number")!)
                .ToList();

        public void Dispose() => listener.Dispose();
    }

    [Fact]
    public async Task A_call_is_a_span_under_its_callers_and_every_attempt_one_under_the_call()
    {
        using var spans = new Spans();
        await using var upstream = await ScriptedUpstream.StartAsync(n =>
            n == 1
                ? (503, """{"error":{"message":"busy","type":"server_error","param":null,"code":null}}""")
                : (200, ScriptedUpstream.Answer)
        );
        await using var door = await Door.OpenAsync();
        await door.ConnectAsync(upstream, "big");

        var (status, body, id) = await door.ChatAsync("big", "the canary sings", traceparent: Traceparent);

        status.ShouldBe(200, body);
        var call = spans.Call;
        (call.DisplayName, call.Kind, call.ParentSpanId.ToHexString()).ShouldBe(("chat big", ActivityKind.Client, CallerSpan));
        var tags = call.TagObjects.ToDictionary(t => t.Key, t => t.Value, StringComparer.Ordinal);
        tags["gen_ai.operation.name"].ShouldBe("chat");
        tags["gen_ai.provider.name"].ShouldBe("openai");
        tags["gen_ai.request.model"].ShouldBe("big");
        tags["gen_ai.response.model"].ShouldBe("big-2026");
        tags["gen_ai.response.id"].ShouldBe(id);
        tags["gen_ai.response.finish_reasons"].ShouldBe(new[] { "stop" });
        tags["gen_ai.usage.input_tokens"].ShouldBe(10L);
        tags["gen_ai.usage.cache_read.input_tokens"].ShouldBe(4L);
        tags["gen_ai.usage.output_tokens"].ShouldBe(5L);
        tags["gen_ai.usage.reasoning.output_tokens"].ShouldBe(3L);
        tags["server.address"].ShouldBe("127.0.0.1");
        tags["server.port"].ShouldBe(upstream.Address.Port);
        tags["portico.attempts"].ShouldBe(2);
        tags.ShouldNotContainKey("error.type");

        var attempts = spans.Attempts;
        attempts.Select(a => a.ParentSpanId).ShouldAllBe(p => p == call.SpanId);
        attempts.Select(a => a.GetTagItem("error.type")).ShouldBe(["upstream_overloaded", null]);
        attempts.Select(a => a.GetTagItem("http.response.status_code")).ShouldBe([503, 200]);
        attempts.Select(a => a.GetTagItem("gen_ai.usage.input_tokens")).ShouldAllBe(t => t == null);
        upstream.Requests.Select(r => r.Headers["traceparent"]).ShouldBe(attempts.Select(a => $"00-{TraceId}-{a.SpanId.ToHexString()}-01"));

        (await door.RecordAsync(id)).TraceId.ShouldBe(TraceId);
        spans.Attempts.Append(call).SelectMany(a => a.TagObjects).ShouldAllBe(t => !$"{t.Value}".Contains("canary"));
    }

    [Fact]
    public async Task A_stream_says_so_and_a_refusal_names_its_error()
    {
        using var spans = new Spans();
        await using var door = await Door.OpenAsync();

        await door.ChatAsync("sim/echo", "one two", stream: true, traceparent: Traceparent);

        spans.Call.GetTagItem("gen_ai.request.stream").ShouldBe(true);
        ((double)spans.Call.GetTagItem("gen_ai.response.time_to_first_chunk")!).ShouldBeGreaterThan(0);
        spans.Attempts.Count.ShouldBe(1);

        using var refused = new Spans();
        (await door.ChatAsync("no-such-model", "hi", traceparent: Traceparent)).Status.ShouldBe(404);
        refused.Call.GetTagItem("error.type").ShouldBe("model_not_found");
        refused.Call.Status.ShouldBe(ActivityStatusCode.Error);
        refused.Attempts.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(
        "v1.41",
        "gen_ai.client.operation.duration,gen_ai.client.operation.time_to_first_chunk,gen_ai.client.token.usage{input},gen_ai.client.token.usage{output},gen_ai.server.time_to_first_token"
    )]
    [InlineData(
        "latest",
        "gen_ai.client.inference.duration,gen_ai.client.inference.operation.input_tokens,gen_ai.client.inference.operation.output_tokens,gen_ai.client.inference.time_to_first_chunk,gen_ai.server.time_to_first_token"
    )]
    public async Task Metrics_carry_the_names_of_the_profile(string profile, string names)
    {
        await using var door = await Door.OpenAsync(("Records:GenAiProfile", profile));
        var seen = new System.Collections.Concurrent.ConcurrentDictionary<string, bool>(StringComparer.Ordinal);
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, l) =>
            {
                if (instrument.Meter.Name == GenAiTelemetry.SourceName)
                    l.EnableMeasurementEvents(instrument);
            },
        };
        void See(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            var all = tags.ToArray().ToDictionary(t => t.Key, t => t.Value, StringComparer.Ordinal);
            all["gen_ai.operation.name"].ShouldBe("chat");
            all["gen_ai.request.model"].ShouldBe("sim/echo");
            value.ShouldBeGreaterThan(0);
            seen[instrument.Name + (all.TryGetValue("gen_ai.token.type", out var type) ? $"{{{type}}}" : "")] = true;
        }
        listener.SetMeasurementEventCallback<double>((i, v, tags, _) => See(i, v, tags));
        listener.SetMeasurementEventCallback<long>((i, v, tags, _) => See(i, v, tags));
        listener.Start();

        (await door.ChatAsync("sim/echo", "count me", stream: true)).Status.ShouldBe(200);

        seen.Keys.Order(StringComparer.Ordinal).ShouldBe(names.Split(','));
    }

    [Fact]
    public void A_provider_is_named_as_the_conventions_name_it() =>
        new[] { "openai", "azure-openai", "anthropic", "mistral", "x-ai", "sim" }
            .Select(GenAiProviders.Name)
            .ShouldBe(["openai", "azure.ai.openai", "anthropic", "mistral_ai", "x_ai", "sim"]);

    [Fact]
    public async Task While_nobody_listens_a_call_allocates_nothing_for_telemetry()
    {
        await using var door = await Door.OpenAsync();
        var telemetry = door.Services.GetRequiredService<GenAiTelemetry>();
        using var meter = new GenAiMeter(GenAiProfile.V141);
        var record = new Samples(1).Take(50).First(c => c.Outcome == CallOutcome.Completed);
        var server = new Uri("http://127.0.0.1/");
        void Walk()
        {
            var call = telemetry.StartCall(record, null, null);
            var attempt = telemetry.StartAttempt(1, "m", server);
            telemetry.EndAttempt(attempt, record.Attempts[0], "openai");
            telemetry.EndCall(call, record);
            meter.Measure(record);
        }
        Walk();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1_000; i++)
            Walk();

        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);
    }

    [Fact]
    public async Task Spans_and_metrics_reach_a_collector_over_otlp()
    {
        await using var collector = await ScriptedUpstream.StartAsync(_ => (200, "{}"));
        await using (
            var door = await Door.OpenAsync(
                ("OTEL_EXPORTER_OTLP_ENDPOINT", collector.Address.ToString()),
                ("OTEL_RESOURCE_ATTRIBUTES", "deployment.environment.name=test")
            )
        )
            (await door.ChatAsync("sim/echo", "the canary sings", traceparent: Traceparent)).Status.ShouldBe(200);

        var traces = Sent(collector, "/v1/traces");
        var metrics = Sent(collector, "/v1/metrics");
        foreach (
            var word in new[] { "chat sim/echo", "attempt echo", "gen_ai.usage.input_tokens", "portico", "deployment.environment.name" }
        )
            traces.ShouldContain(word);
        traces.ShouldContain(Encoding.Latin1.GetString(Convert.FromHexString(TraceId)));
        metrics.ShouldContain("gen_ai.client.operation.duration");
        metrics.ShouldContain("gen_ai.client.token.usage");
        (traces + metrics).ShouldNotContain("canary");
    }

    static string Sent(ScriptedUpstream collector, string path) =>
        string.Concat(collector.Requests.Where(r => r.Path == path).Select(r => Encoding.Latin1.GetString(r.Body)));

    [Fact]
    public async Task A_collector_that_is_away_costs_no_call()
    {
        await using var door = await Door.OpenAsync(
            ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:9/"),
            ("OTEL_EXPORTER_OTLP_TIMEOUT", "500")
        );

        (await door.ChatAsync("sim/echo", "hello")).Status.ShouldBe(200);
    }
}
